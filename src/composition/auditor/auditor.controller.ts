import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../../platform/http/api-problems.decorator.js';
import { Roles } from '../../platform/http/roles.decorator.js';
import { invariantsReport, toInvariantsReport, type InvariantsReport } from './auditor.dto.js';
import { Auditor } from './auditor.js';

@ApiTags('Operators')
@Roles('operator')
@Controller('v1/admin/invariants')
export class AuditorController {
  constructor(private readonly auditor: Auditor) {}

  @Get()
  @ApiOperation({
    summary: "Read the auditor's last report",
    description:
      'Stock, money, shipments, orders and sagas are reconciled once a minute, and everything once an hour; what ' +
      'was found stays in the report until it is mended. A new installation is checked by the first request.',
  })
  @ApiOkResponse({ description: 'The last report.', standardSchema: invariantsReport })
  @ApiProblems({ 503: ['AUDITOR.BUSY'] })
  async read(): Promise<InvariantsReport> {
    return toInvariantsReport(await this.auditor.lastReport());
  }

  @Post('check')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Check everything now',
    description: 'Waits for a check that is running, then looks at everything, however old. Changes nothing.',
  })
  @ApiOkResponse({ description: 'The report of this check.', standardSchema: invariantsReport })
  @ApiProblems({ 503: ['AUDITOR.BUSY'] })
  async check(): Promise<InvariantsReport> {
    return toInvariantsReport(await this.auditor.checkNow());
  }
}
