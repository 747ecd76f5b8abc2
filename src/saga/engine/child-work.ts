import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import type { Message } from '../../platform/messaging/message.js';
import { Signals } from '../../platform/messaging/signals.js';
import { DefinitionRegistry, StartChild, type ChildStart } from '../definition/index.js';
import { Rollouts, type Assignment, type RolloutAnswer } from '../rollout/rollouts.js';
import { nobody } from '../rollout/subject.js';
import { SagaStore, type JournalPlace } from '../store/saga-store.js';
import { findChildOrRollout } from '../store/sql/find-child-or-rollout.sql.js';
import { asCommit, asNew, beginSaga } from './begin-saga.js';
import { ChildEnded, newsOf, SagaVerdict, standing } from './child-news.js';
import { fold } from './evolve.js';
import type { OwnedSaga } from './owned-saga.js';
import { SagaObservers } from './saga-observers.js';
import { unitOf, type SagaState, type UnitRef } from './state.js';

/** Sagas above one another, at most: a definition that starts ever more of them is a mistake. */
const deepest = 8;

/** A saga in a wave that is about to become a parent, or wants its child undone. */
interface Parent {
  readonly saga: OwnedSaga;
  readonly state: SagaState;
  /** What the wave publishes. */
  readonly events: Message<unknown>[];
}

type FoundChild = RolloutAnswer &
  Omit<JournalPlace, 'id'> & { readonly id: string | null; readonly until: Date };

/** Carries out, inside a wave's transaction, what is about a saga that a step has started or is to start. */
@Injectable()
export class ChildWork {
  constructor(
    private readonly store: SagaStore,
    private readonly definitions: DefinitionRegistry,
    private readonly rollouts: Rollouts,
    private readonly unitOfWork: UnitOfWork,
    private readonly signals: Signals,
    private readonly observers: SagaObservers,
  ) {}

  /** The child's id is the action's reference, so it is started once. @throws Error when it cannot be started */
  async carryOut(parent: Parent, unit: UnitRef, now: string): Promise<void> {
    const { command, reference, input } = unitOf(parent.state, unit)!;
    if (command === StartChild.wireName) return this.start(parent, unit, reference, now);
    const { childId } = input as { childId: string };
    // Withdrawn before it was started: there is nobody to tell, and nothing to undo.
    const isThere = (await this.stateOf(childId)) !== null;
    const none = { how: 'compensated', results: {}, error: null } as const;
    parent.events.push(
      isThere
        ? new SagaVerdict({ subject: childId, verdict: 'undo' })
        : new ChildEnded({ subject: parent.state.id, childId, ...none }),
    );
  }

  private async start(parent: Parent, unit: UnitRef, id: string, now: string): Promise<void> {
    const { state, saga, events } = parent;
    const start = unitOf(state, unit)!.input as ChildStart;
    const key = start.key ?? state.correlationId;
    const { known, assignment } = await this.look(id, start, key);
    // A person said to go on with one that was started before: its parent hears how it stands.
    if (known)
      return void events.push(...standing(this.definitions.get(known.definition, known.version), known));
    const { definition, assigned } = assignment();
    const depth = (state.parent?.depth ?? 0) + 1;
    if (depth > deepest)
      throw new Error(`${definition.name} would be the ${depth}th saga above one another.`);
    const { phase } = saga.definition.steps.find(({ name }) => name === unit.name)!;
    const begun = beginSaga(
      definition,
      {
        id,
        correlationId: key,
        input: start.input,
        assigned,
        parent: { sagaId: state.id, step: unit.name, depth },
        traceparent: state.traceparent,
        // From the pivot on nothing is undone: it may end as it likes.
        ...(phase !== 'compensatable' && { verdict: 'keep' as const }),
      },
      now,
    );
    await this.store.insert([asNew(begun, begun.row.runnable ? now : begun.row.wakeAt)], null, now);
    this.observers.onCommit([asCommit(begun)]);
    events.push(...newsOf(definition, begun.entries, begun.state));
    this.unitOfWork.afterCommit(() => this.signals.raise('saga_due'));
  }

  /** The child if there is one already, and the version that it gets if there is none; in one round trip then. */
  private async look(
    id: string,
    { definition: name, version }: ChildStart,
    key: string,
  ): Promise<{ known: SagaState | null; assignment: () => Assignment }> {
    if (version !== null) {
      const named = () => ({ definition: this.definitions.get(name, version), assigned: null });
      return { known: await this.stateOf(id), assignment: named };
    }
    const [row] = await this.unitOfWork.query<FoundChild>(findChildOrRollout, [
      id,
      name,
      this.rollouts.knownAsOf(name),
    ]);
    const { id: found, segmentSeq, segmentAt, until, ...answer } = row!;
    const journals =
      found === null ? null : await this.store.journals([{ id, segmentSeq, segmentAt }], until);
    const entries = journals?.get(id);
    return {
      known: entries ? fold(entries) : null,
      assignment: () => this.rollouts.assigner(name, answer)({ key, subject: nobody }),
    };
  }

  private async stateOf(id: string) {
    const entries = (await this.store.segments([id])).get(id);
    return entries ? fold(entries) : null;
  }
}
