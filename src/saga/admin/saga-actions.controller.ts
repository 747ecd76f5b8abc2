import { Body, Controller, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Roles } from '../../platform/http/roles.decorator.js';
import { AskedBy, SagaActionRoute, type Asking } from './saga-action.decorator.js';
import { sagaActionRequest, type SagaActionRequest } from './saga-action.request.dto.js';
import type { SagaActionResponse } from './saga-action.response.dto.js';
import { SagaActions } from './saga-actions.js';
import { sagaId } from './saga-status.dto.js';

/** What an operator does to a saga. What overrides it is a supervisor's: see `SagaOverridesController`. */
@ApiTags('Operators')
@Roles('operator')
@Controller('v1/admin/sagas/:id')
export class SagaActionsController {
  constructor(private readonly actions: SagaActions) {}

  @SagaActionRoute('retry', {
    summary: 'Retry what is stuck',
    description:
      'Goes on now from the failed step or compensation, with its attempts counted anew; also when it is only ' +
      'backing off. A call whose outcome is unknown is asked for first. A paused saga stays paused.',
    refusals: ['SAGA.NOT_STUCK', 'SAGA.ENDED'],
  })
  retry(
    @Param('id', { schema: sagaId }) id: string,
    @Body({ schema: sagaActionRequest }) body: SagaActionRequest,
    @AskedBy() asking: Asking,
  ): Promise<SagaActionResponse> {
    return this.actions.act(id, { action: 'retry', ...body, ...asking });
  }

  @SagaActionRoute('compensate', {
    summary: 'Turn a saga back',
    description:
      'Undoes from here what was done, in reverse order. While a call to the outside is under way the saga turns ' +
      'back as soon as its outcome is known; should that be the success of the pivot, the request lapses. After ' +
      'the pivot there is no way back.',
    refusals: ['SAGA.TOO_LATE', 'SAGA.TURNED_BACK', 'SAGA.ENDED'],
  })
  compensate(
    @Param('id', { schema: sagaId }) id: string,
    @Body({ schema: sagaActionRequest }) body: SagaActionRequest,
    @AskedBy() asking: Asking,
  ): Promise<SagaActionResponse> {
    return this.actions.act(id, { action: 'compensate', ...body, ...asking });
  }

  @SagaActionRoute('pause', {
    summary: 'Pause a saga',
    description:
      'Nothing new is begun until somebody resumes it; the outcome of what is under way is recorded.',
    refusals: ['SAGA.NOT_PAUSED', 'SAGA.ENDED'],
  })
  pause(
    @Param('id', { schema: sagaId }) id: string,
    @Body({ schema: sagaActionRequest }) body: SagaActionRequest,
    @AskedBy() asking: Asking,
  ): Promise<SagaActionResponse> {
    return this.actions.act(id, { action: 'pause', ...body, ...asking });
  }

  @SagaActionRoute('resume', {
    summary: 'Resume a paused saga',
    description: 'It goes on from where it stood.',
    refusals: ['SAGA.NOT_PAUSED', 'SAGA.ENDED'],
  })
  resume(
    @Param('id', { schema: sagaId }) id: string,
    @Body({ schema: sagaActionRequest }) body: SagaActionRequest,
    @AskedBy() asking: Asking,
  ): Promise<SagaActionResponse> {
    return this.actions.act(id, { action: 'resume', ...body, ...asking });
  }
}
