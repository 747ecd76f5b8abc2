import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Actor } from '../../platform/http/actor.js';
import { CurrentActor } from '../../platform/http/actor.decorator.js';
import { ApiProblems } from '../../platform/http/api-problems.decorator.js';
import { Idempotent } from '../../platform/http/idempotent.decorator.js';
import { Roles } from '../../platform/http/roles.decorator.js';
import { bulkMoveRequest, type BulkMoveRequest } from './bulk-move.request.dto.js';
import { bulkMoveResponse, type BulkMoveResponse } from './bulk-move.response.dto.js';
import { definitionName } from './saga-definition.params.dto.js';
import { SagaMoves } from './saga-moves.js';

/** Moves many sagas of a definition at once. One of them alone: see `SagaOverridesController`. */
@ApiTags('Operators')
@Roles('supervisor')
@Controller('v1/admin/saga-definitions')
export class SagaMovesController {
  constructor(private readonly moves: SagaMoves) {}

  @Post(':name/move')
  @HttpCode(200)
  @Idempotent()
  @ApiOperation({
    summary: 'Move the sagas of a version to another one',
    description:
      'Up to `limit` sagas in flight, the oldest first, each judged as `POST /v1/admin/sagas/{id}/move` judges it; ' +
      'those that have diverged stay, with the reason. The moves and their audit entries are one commit. Go on with ' +
      '`after` until `next` is null; begun again from the start it looks again at those that stayed. `dryRun: true` ' +
      'does nothing and tells what would be.',
  })
  @ApiOkResponse({ description: 'What became of each.', standardSchema: bulkMoveResponse })
  @ApiProblems({
    404: ['SAGA.DEFINITION_NOT_FOUND'],
    409: ['SAGA.DEFINITION_UNKNOWN', 'SAGA.SAME_VERSION'],
  })
  move(
    @Param('name', { schema: definitionName }) name: string,
    @Body({ schema: bulkMoveRequest }) body: BulkMoveRequest,
    @CurrentActor() actor: Actor,
  ): Promise<BulkMoveResponse> {
    return this.moves.move(name, body, actor);
  }
}
