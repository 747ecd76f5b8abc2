import { Injectable } from '@nestjs/common';
import { v7 } from 'uuid';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { Signals } from '../../platform/messaging/signals.js';
import { TransactionalEventPublisher } from '../../platform/messaging/transactional-event-publisher.js';
import { DefinitionRegistry, type SagaDefinition } from '../definition/index.js';
import { SagaStore, type LockedSaga } from '../store/saga-store.js';
import { StaleJournal } from '../store/stale-journal.js';
import { newsOf } from './child-news.js';
import { decide, type Decision } from './decide.js';
import type { Entry } from './entries.js';
import { fold } from './evolve.js';
import { instanceRow } from './instance-row.js';
import { SagaObservers } from './saga-observers.js';
import { SagaWatch } from './saga-watch.js';
import type { SagaState } from './state.js';
import type { Env, EventFromOutside, Heard, Stimulus } from './stimulus.js';

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
    private readonly publisher: TransactionalEventPublisher,
    private readonly observers: SagaObservers,
  ) {}

  /** Locks the saga for the rest of the ambient unit of work. Null when there is none. */
  async look(id: string): Promise<SeenSaga | null> {
    return (await this.lock(id))?.before ?? null;
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
      return asked && this.write(asked.locked, asked.decision);
    }, 'request');
  }

  /** What `apply` would answer, with nothing done: the revision stays. The saga is locked all the same. */
  async preview(id: string, stimulus: Stimulus, check?: Check): Promise<SeenSaga | null> {
    return this.unitOfWork.run(async () => {
      const asked = await this.ask(id, stimulus, check);
      if (!asked) return null;
      const { before } = asked.locked;
      const { state } = asked.decision;
      return { ...before, definition: this.definitionOf(before, state), state };
    });
  }

  /**
   * Tells a saga what happened outside, in the ambient unit of work or one of its own.
   *
   * @param happened answers the events, oldest first; called with the saga locked, and the time
   * @returns what became of each; null when there is no such saga
   * @throws StimulusRefused when its definition says nothing about one of them
   */
  async tell(
    id: string,
    happened: (saga: SeenSaga, now: string) => Promise<readonly EventFromOutside[]>,
  ): Promise<Heard[] | null> {
    return this.unitOfWork.run(async () => {
      const locked = await this.lock(id);
      if (!locked) return null;
      const { before, env } = locked;
      const entries: Entry[] = [];
      const heard: Heard[] = [];
      let { state } = before;
      for (const event of await happened(before, env.now)) {
        const decision = decide(before.definition, state, event, env);
        entries.push(...decision.entries);
        state = decision.state;
        if (decision.heard) heard.push(decision.heard);
      }
      await this.write(locked, { entries, state });
      return heard;
    }, 'request');
  }

  private async ask(id: string, stimulus: Stimulus, check?: Check) {
    const locked = await this.lock(id);
    if (!locked) return null;
    const { row, before, env } = locked;
    check?.(before);
    const known = asksOfTheOwner(stimulus) ? { ...stimulus, owned: row.owner !== null } : stimulus;
    return { locked, decision: decide(before.definition, before.state, known, env) };
  }

  private async lock(id: string): Promise<Locked | null> {
    const row = await this.store.lock(id);
    if (!row) return null;
    const journals = await this.store.journals([row], row.now);
    const before: SeenSaga = {
      definition: this.definitions.get(row.definition, row.version),
      state: fold(journals.get(id) ?? []),
      revision: row.revision,
    };
    const { length } = before.state;
    if (length !== row.length) throw new StaleJournal([`${id} at ${length + 1}`]);
    return { row, before, env: { now: row.now.toISOString(), newId: v7, random: Math.random } };
  }

  /** After a move another one. */
  private definitionOf({ definition, state: before }: SeenSaga, state: SagaState): SagaDefinition {
    return state.version === before.version
      ? definition
      : this.definitions.get(state.definition, state.version);
  }

  private async write(
    { row, before, env: { now } }: Locked,
    { entries, state }: Pick<Decision, 'entries' | 'state'>,
  ): Promise<SeenSaga> {
    if (entries.length === 0) return before;
    const { id } = row;
    const hasMoved = state.version !== before.state.version;
    const definition = this.definitionOf(before, state);
    const after = instanceRow(definition, state, now);
    await this.publisher.publishAll(newsOf(definition, entries, state));
    await this.store.advance(
      [
        {
          id,
          seq: before.state.length + 1,
          entries,
          row: after,
          finishedAt: state.endedAt,
          // An owner has something under way and writes its outcome under its own name; it is only rung. One that was
          // moved belongs to nobody: its owner knows it under the version that it had, and perhaps no other.
          owner: state.end || hasMoved ? null : row.owner,
          wakeAt: after.runnable ? now : after.wakeAt,
        },
      ],
      now,
    );
    if (hasMoved) await this.store.move(id, state.version);
    this.observers.onCommit([{ before: before.state, entries, state }]);
    this.unitOfWork.afterCommit(() => {
      this.signals.raise('saga_due');
      this.watch.announce([{ id, state }]);
    });
    return { definition, state, revision: row.revision + 1 };
  }
}

interface Locked {
  readonly row: LockedSaga;
  readonly before: SeenSaga;
  readonly env: Env;
}

type Check = (saga: SeenSaga) => void;

/** Whether it matters that a call may be under way. */
function asksOfTheOwner(stimulus: Stimulus): stimulus is Extract<Stimulus, { readonly owned?: boolean }> {
  return ['cancel', 'skip', 'terminate', 'verdict', 'move'].includes(stimulus.kind);
}
