import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import type { Actor } from '../../platform/http/actor.js';
import { requireMatch, type ExpectedVersion } from '../../platform/http/preconditions.js';
import { DefinitionRegistry } from '../definition/index.js';
import { Requests, type SeenSaga } from '../engine/requests.js';
import { StimulusRefused, type Stimulus } from '../engine/stimulus.js';
import { SagaStore } from '../store/saga-store.js';
import { AuditLog } from './audit-log.js';
import { glanceAt } from './saga-glance.js';
import { definitionUnknown, doesNotApply, sagaNotFound } from './saga-problems.js';
import { SagaReader } from './saga-reader.js';
import type { SagaReport } from './saga.response.dto.js';

export type SagaActionName = 'retry' | 'pause' | 'resume' | 'compensate';

export interface SagaAction {
  readonly action: SagaActionName;
  readonly reason: string;
  readonly actor: Actor;
  /** The revision that the operator has seen; null: any. */
  readonly expected: ExpectedVersion;
}

/** What operators do to a saga: asked of the same decider as everything else, and audited in the same transaction. */
@Injectable()
export class SagaActions {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly requests: Requests,
    private readonly store: SagaStore,
    private readonly definitions: DefinitionRegistry,
    private readonly audit: AuditLog,
    private readonly reader: SagaReader,
  ) {}

  /**
   * @returns the saga as it is afterwards
   * @throws Problem 404 when there is none, 409 when the action does not apply or this build does not know the
   * saga's definition, 412 when the saga has moved on
   */
  async act(id: string, asked: SagaAction): Promise<SagaReport> {
    return this.unitOfWork.run(async () => {
      await this.requireKnown(id);
      const { before, after } = await this.apply(id, asked);
      await this.audit.record({
        actor: asked.actor,
        action: `saga.${asked.action}`,
        sagaId: id,
        reason: asked.reason,
        before: glanceAt(before),
        after: glanceAt(after),
      });
      return this.reader.one(id);
    });
  }

  private async apply(id: string, asked: SagaAction): Promise<{ before: SeenSaga; after: SeenSaga }> {
    let before = null as SeenSaga | null;
    try {
      const after = await this.requests.apply(id, stimulusOf(asked), (saga) => {
        before = saga;
        requireMatch(asked.expected, saga.revision);
        requireApplicable(asked.action, saga);
      });
      if (!before || !after) throw sagaNotFound(id);
      return { before, after };
    } catch (error) {
      if (!(error instanceof StimulusRefused) || !before) throw error;
      throw doesNotApply(error.code, error.message, glanceAt(before));
    }
  }

  private async requireKnown(id: string): Promise<void> {
    const saga = await this.store.lock(id);
    if (!saga) throw sagaNotFound(id);
    if (!this.definitions.find(saga.definition, saga.version)) {
      throw definitionUnknown(saga.definition, saga.version);
    }
  }
}

function stimulusOf({ action, reason, actor }: SagaAction): Stimulus {
  if (action !== 'compensate') return { kind: action, by: actor.name, reason };
  return {
    kind: 'cancel',
    by: actor.name,
    reason,
    code: 'SAGA.COMPENSATED_BY_OPERATOR',
    type: 'operator',
  };
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
