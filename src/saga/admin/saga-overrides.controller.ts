import { Body, Controller, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Roles } from '../../platform/http/roles.decorator.js';
import type { AwaitingApproval } from './approvals/approval.js';
import { Overrides } from './approvals/overrides.js';
import { AskedBy, SagaActionRoute, type Asking } from './saga-action.decorator.js';
import {
  moveRequest,
  sagaActionRequest,
  skipRequest,
  type MoveRequest,
  type SagaActionRequest,
  type SkipRequest,
} from './saga-action.request.dto.js';
import type { SagaActionResponse } from './saga-action.response.dto.js';
import { SagaActions } from './saga-actions.js';
import { sagaId } from './saga-status.dto.js';

/** What a supervisor decides in a saga's stead: it moves money and goods, or leaves them where they are. */
@ApiTags('Operators')
@Roles('supervisor')
@Controller('v1/admin/sagas/:id')
export class SagaOverridesController {
  constructor(
    private readonly actions: SagaActions,
    private readonly overrides: Overrides,
  ) {}

  @SagaActionRoute('skip', {
    summary: 'Give the outcome of what is stuck',
    description:
      'Takes `result` as the outcome of the step that is parked, backs off or waits: it must fit the schema of its ' +
      'outcome event, and the saga goes on with it as if the step had ended so. On a compensation: it was settled ' +
      'outside, with `result` as the evidence. Nothing is carried out for it, and no book of ours is changed: do ' +
      'first what it stands for. What is under way is not skipped, and what is unknown only once it is parked.',
    refusals: ['SAGA.NOT_STUCK', 'SAGA.AMBIGUOUS', 'SAGA.UNDER_WAY', 'SAGA.OUTCOME_UNKNOWN', 'SAGA.ENDED'],
    isOverride: true,
    mistakes: ['SAGA.RESULT_DOES_NOT_FIT', 'SAGA.RESULT_AMBIGUOUS'],
  })
  skip(
    @Param('id', { schema: sagaId }) id: string,
    @Body({ schema: skipRequest }) { step, ...body }: SkipRequest,
    @AskedBy() asking: Asking,
  ): Promise<SagaActionResponse | AwaitingApproval> {
    return this.overrides.act(id, { action: 'skip', step: step ?? null, ...body, ...asking });
  }

  @SagaActionRoute('move', {
    summary: 'Move a saga to another version',
    description:
      'Lets it go on under another version of its definition. Only when what it has done is a valid beginning of that ' +
      'version, too: the same steps in an order that the version allows, results that fit, what was stored to undo ' +
      'them known to it, the same side of the pivot, the same wait open. That is judged in the commit that changes the ' +
      'version; else `SAGA.DIVERGED` names the first step that differs. Nothing but the version changes: it can be ' +
      'moved back while the two are equal so far. What is under way outside is learnt first.',
    refusals: ['SAGA.DIVERGED', 'SAGA.UNDER_WAY', 'SAGA.SAME_VERSION', 'SAGA.ENDED'],
  })
  move(
    @Param('id', { schema: sagaId }) id: string,
    @Body({ schema: moveRequest }) body: MoveRequest,
    @AskedBy() asking: Asking,
  ): Promise<SagaActionResponse> {
    return this.actions.act(id, { action: 'move', ...body, ...asking });
  }

  @SagaActionRoute('terminate', {
    summary: 'End a saga without undo',
    description:
      'Leaves every open effect as it is and marks it abandoned, by name: `abandoned` lists them. The business is ' +
      'then told (the order ends cancelled with `SAGA.TERMINATED`), and with that done the saga is terminated. ' +
      'Should telling the business be what is stuck, asking again ends the saga without it. What is under way ' +
      'outside is learnt first: pause the saga to keep it from beginning anything new. Possible after the pivot ' +
      'too.',
    isOverride: true,
    refusals: ['SAGA.UNDER_WAY', 'SAGA.OUTCOME_UNKNOWN', 'SAGA.ENDED'],
  })
  terminate(
    @Param('id', { schema: sagaId }) id: string,
    @Body({ schema: sagaActionRequest }) body: SagaActionRequest,
    @AskedBy() asking: Asking,
  ): Promise<SagaActionResponse | AwaitingApproval> {
    return this.overrides.act(id, { action: 'terminate', ...body, ...asking });
  }
}
