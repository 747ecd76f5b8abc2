import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Roles } from '../../platform/http/roles.decorator.js';
import { FailureReader } from './failure-reader.js';
import { failureList, type FailureList } from './failures.response.dto.js';

@ApiTags('Operators')
@Roles('operator')
@Controller('v1/admin/failures')
export class FailuresController {
  constructor(private readonly failures: FailureReader) {}

  @Get()
  @ApiOperation({
    summary: 'See what fails, group by group',
    description:
      'Sagas that are parked, are retried, or are held because of a dependency, by definition, version, failing ' +
      'step and error code; the largest group first. All groups: there is one page. A saga that fails and was ' +
      'paused by hand is counted too: what it has taken is at risk all the same.',
  })
  @ApiOkResponse({ description: 'The groups at this instant.', standardSchema: failureList })
  async list(): Promise<FailureList> {
    return { items: await this.failures.groups() };
  }
}
