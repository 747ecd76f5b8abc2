import { Injectable } from '@nestjs/common';
import { v7 } from 'uuid';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { Signals } from '../../platform/messaging/signals.js';
import { DefinitionRegistry, type SagaDefinition } from '../definition/index.js';
import { SagaStore } from '../store/saga-store.js';
import { decide } from './decide.js';
import { fold } from './evolve.js';
import { instanceRow } from './instance-row.js';
import { SagaWatch } from './saga-watch.js';
import type { SagaState } from './state.js';
import type { Stimulus } from './stimulus.js';

/** A locked saga as a request finds or leaves it. */
export interface SeenSaga {
  readonly definition: SagaDefinition;
  readonly state: SagaState;
  readonly revision: number;
}

/**
 * What people, clients and the outside ask of a saga, in any process, whoever owns it: the row is locked, the same
 * decider is asked, the answer is written in the same transaction, and a worker is rung.
 */
@Injectable()
export class Requests {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly store: SagaStore,
    private readonly definitions: DefinitionRegistry,
    private readonly signals: Signals,
    private readonly watch: SagaWatch,
  ) {}

  /** Locks the saga for the rest of the ambient unit of work. Null when there is none. */
  async look(id: string): Promise<SeenSaga | null> {
    const row = await this.store.lock(id);
    if (!row) return null;
    const journals = await this.store.journals([id]);
    return {
      definition: this.definitions.get(row.definition, row.version),
      state: fold(journals.get(id) ?? []),
      revision: row.revision,
    };
  }

  /**
   * Lets something happen to a saga, in the ambient unit of work or one of its own.
   *
   * @param check looks at the locked saga first, and throws to refuse
   * @returns the saga as it is afterwards; null when there is none
   * @throws StimulusRefused when it does not apply
   */
  async apply(id: string, stimulus: Stimulus, check?: Check): Promise<SeenSaga | null> {
    return this.unitOfWork.run(async () => {
      const asked = await this.ask(id, stimulus, check);
      if (!asked) return null;
      const { row, now, before, decision } = asked;
      if (decision.entries.length === 0) return before;
      const { definition } = before;
      const after = instanceRow(definition, decision.state, now);
      const revisions = await this.store.advance(
        [
          {
            id,
            seq: before.state.length + 1,
            entries: decision.entries,
            row: after,
            finishedAt: decision.state.endedAt,
            // An owner has something under way and writes its outcome under its own name; it is only rung.
            owner: decision.state.end ? null : row.owner,
            wakeAt: after.runnable ? now : after.wakeAt,
          },
        ],
        now,
      );
      this.unitOfWork.afterCommit(() => {
        this.signals.raise('saga_due');
        this.watch.announce([{ id, state: decision.state }]);
      });
      return { definition, state: decision.state, revision: revisions.get(id) ?? row.revision };
    }, 'request');
  }

  /** What `apply` would answer, with nothing done: the revision stays. The saga is locked all the same. */
  async preview(id: string, stimulus: Stimulus, check?: Check): Promise<SeenSaga | null> {
    return this.unitOfWork.run(async () => {
      const asked = await this.ask(id, stimulus, check);
      return asked && { ...asked.before, state: asked.decision.state };
    });
  }

  private async ask(id: string, stimulus: Stimulus, check?: Check) {
    const row = await this.store.lock(id);
    if (!row) return null;
    const journals = await this.store.journals([id]);
    const before: SeenSaga = {
      definition: this.definitions.get(row.definition, row.version),
      state: fold(journals.get(id) ?? []),
      revision: row.revision,
    };
    check?.(before);
    const now = row.now.toISOString();
    const known = asksOfTheOwner(stimulus) ? { ...stimulus, owned: row.owner !== null } : stimulus;
    const decision = decide(before.definition, before.state, known, { now, newId: v7, random: Math.random });
    return { row, now, before, decision };
  }
}

type Check = (saga: SeenSaga) => void;

/** Whether it matters that a call may be under way. */
function asksOfTheOwner(stimulus: Stimulus): stimulus is Extract<Stimulus, { readonly owned?: boolean }> {
  return stimulus.kind === 'cancel' || stimulus.kind === 'skip' || stimulus.kind === 'terminate';
}
