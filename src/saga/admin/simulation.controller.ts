import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../../platform/http/api-problems.decorator.js';
import { Roles } from '../../platform/http/roles.decorator.js';
import { DefinitionRegistry } from '../definition/index.js';
import { Simulator, type Simulation } from '../simulation/simulator.js';
import { definitionName, versionNumber } from './saga-definition.params.dto.js';
import { definitionNotFound } from './saga-problems.js';
import { simulateRequest, simulationResponse, type SimulateRequest } from './simulate.dto.js';

@ApiTags('Operators')
@Roles('operator')
@Controller('v1/admin/saga-definitions')
export class SimulationController {
  constructor(
    private readonly definitions: DefinitionRegistry,
    private readonly simulator: Simulator,
  ) {}

  @Post(':name/versions/:version/simulate')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Simulate a version',
    description:
      'Tells what the version would mean for every saga in flight under another one, and which way the newest ones ' +
      'that have ended would have gone under it. Nothing is carried out and nothing is written. It reads the journal ' +
      'of every saga in flight: with a hundred thousand of them it takes a minute or more.',
  })
  @ApiOkResponse({ description: 'How many go which way, and why.', standardSchema: simulationResponse })
  @ApiProblems({ 404: ['SAGA.DEFINITION_NOT_FOUND'] })
  simulate(
    @Param('name', { schema: definitionName }) name: string,
    @Param('version', { schema: versionNumber }) version: number,
    @Body({ schema: simulateRequest }) { sample }: SimulateRequest,
  ): Promise<Simulation> {
    const candidate = this.definitions.find(name, version);
    if (!candidate) throw definitionNotFound(name, version, 0);
    return this.simulator.simulate(candidate, sample);
  }
}
