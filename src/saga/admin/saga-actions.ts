import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { requireMatch } from '../../platform/http/preconditions.js';
import { DefinitionRegistry } from '../definition/index.js';
import { Requests, type SeenSaga } from '../engine/requests.js';
import { MoveRefused, ResultRefused, StimulusRefused, type Stimulus } from '../engine/stimulus.js';
import { SagaStore } from '../store/saga-store.js';
import { AuditLog } from './audit-log.js';
import { Consequences } from './consequences.js';
import type { SagaAction, SagaActionName } from './saga-action.js';
import type { SagaActionResponse } from './saga-action.response.dto.js';
import { glanceAt, glanceWithVersion } from './saga-glance.js';
import {
  definitionUnknown,
  doesNotApply,
  hasDiverged,
  resultDoesNotFit,
  sagaNotFound,
} from './saga-problems.js';
import { SagaReader } from './saga-reader.js';

/** What people do to a saga: asked of the same decider as everything else, and audited in the same transaction. */
@Injectable()
export class SagaActions {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly requests: Requests,
    private readonly store: SagaStore,
    private readonly definitions: DefinitionRegistry,
    private readonly audit: AuditLog,
    private readonly reader: SagaReader,
    private readonly consequences: Consequences,
  ) {}

  /**
   * @returns the saga as it is afterwards, and what follows; a dry run changes nothing
   * @throws Problem 404 when there is none, 409 when the action does not apply or this build does not know the
   * saga's definition, 412 when the saga has moved on, 422 when a given result does not fit
   */
  async act(id: string, asked: SagaAction): Promise<SagaActionResponse> {
    return this.unitOfWork.run(async () => {
      const definition = await this.requireKnown(id);
      const { before, after } = await this.ask(id, asked, definition);
      const glance = asked.action === 'move' ? glanceWithVersion : glanceAt;
      if (!asked.dryRun) {
        await this.audit.record({
          actor: asked.actor,
          action: `saga.${asked.action}`,
          sagaId: id,
          reason: asked.reason,
          before: glance(before),
          after: glance(after),
          jobId: asked.jobId ?? null,
          approvalId: asked.approvalId ?? null,
        });
      }
      const consequences = this.consequences.of(asked.action, before, after);
      return { ...(await this.reader.one(id)), dryRun: asked.dryRun, consequences };
    });
  }

  private async ask(
    id: string,
    asked: SagaAction,
    definition: string,
  ): Promise<{ before: SeenSaga; after: SeenSaga }> {
    let before = null as SeenSaga | null;
    const check = (saga: SeenSaga) => {
      before = saga;
      requireMatch(asked.expected, saga.revision);
      requireApplicable(asked.action, saga);
    };
    try {
      const stimulus = this.stimulusOf(asked, definition);
      const after = await (asked.dryRun
        ? this.requests.preview(id, stimulus, check)
        : this.requests.apply(id, stimulus, check));
      if (!before || !after) throw sagaNotFound(id);
      return { before, after };
    } catch (error) {
      if (!(error instanceof StimulusRefused) || !before) throw error;
      if (error instanceof ResultRefused && asked.action === 'skip')
        throw resultDoesNotFit(error, asked.result);
      const { code, message } = error;
      if (error instanceof MoveRefused) throw hasDiverged(message, error.step, glanceWithVersion(before));
      throw doesNotApply(code, message, glanceAt(before));
    }
  }

  private stimulusOf(asked: SagaAction, definition: string): Stimulus {
    const person = { by: asked.actor.name, reason: asked.reason };
    switch (asked.action) {
      case 'compensate':
        return { kind: 'cancel', ...person, code: 'SAGA.COMPENSATED_BY_OPERATOR', type: 'operator' };
      case 'skip':
        return { kind: 'skip', ...person, result: asked.result, step: asked.step };
      case 'move': {
        const to = this.definitions.find(definition, asked.toVersion);
        if (!to) throw definitionUnknown(definition, asked.toVersion);
        return { kind: 'move', ...person, to };
      }
      default:
        return { kind: asked.action, ...person };
    }
  }

  /** @returns the name of its definition */
  private async requireKnown(id: string): Promise<string> {
    const saga = await this.store.lock(id);
    if (!saga) throw sagaNotFound(id);
    if (!this.definitions.find(saga.definition, saga.version)) {
      throw definitionUnknown(saga.definition, saga.version);
    }
    return saga.definition;
  }
}

/** To the decider a second cancel is the first one again; an operator shall hear that it changes nothing. */
function requireApplicable(action: SagaActionName, { state }: SeenSaga): void {
  if (action !== 'compensate') return;
  if (state.end) throw new StimulusRefused('SAGA.ENDED', `The saga has ended: ${state.end}.`);
  if (state.cause) throw new StimulusRefused('SAGA.TURNED_BACK', 'The saga is on its way back already.');
  if (state.cancel) {
    throw new StimulusRefused('SAGA.TURNED_BACK', 'The saga turns back as soon as its call has ended.');
  }
}
