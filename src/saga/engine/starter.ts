import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { failpoint } from '../../platform/failpoints/failpoint.js';
import { Signals } from '../../platform/messaging/signals.js';
import { isAboutChild, type SagaDefinition } from '../definition/index.js';
import { Rollouts, type Admission } from '../rollout/rollouts.js';
import { nobody } from '../rollout/subject.js';
import { SagaStore } from '../store/saga-store.js';
import { asCommit, asNew, beginSaga, type BegunSaga, type StartRequest } from './begin-saga.js';
import { Continuations } from './continuations.js';
import { IntentMapping } from './intent-mapping.js';
import { Lease } from './lease.js';
import { own, upcoming, type OwnedSaga } from './owned-saga.js';
import { Runner } from './runner.js';
import { SagaObservers } from './saga-observers.js';
import { unitOf } from './state.js';
import type { SagaView } from './saga-handle.js';

/** Starts sagas inside the caller's unit of work, or in one of their own: they exist exactly when what they are about exists. */
@Injectable()
export class Starter {
  /** What was asked for ahead, by unit of work and definition. */
  private readonly expected = new WeakMap<object, Map<string, Promise<Admission>>>();

  constructor(
    private readonly store: SagaStore,
    private readonly rollouts: Rollouts,
    private readonly runner: Runner,
    private readonly lease: Lease,
    private readonly mapping: IntentMapping,
    private readonly continuations: Continuations,
    private readonly signals: Signals,
    private readonly unitOfWork: UnitOfWork,
    private readonly observers: SagaObservers,
  ) {}

  /**
   * Says that sagas of a definition are about to be started in the ambient unit of work, by its rollout: what that needs
   * to know is asked for meanwhile.
   */
  expect(name: string): void {
    const work = this.unitOfWork.current;
    if (!work) return;
    const admission = this.rollouts.admit(name, null);
    // Heard by `start`; without one it is nobody's failure.
    admission.catch(() => undefined);
    const byName = this.expected.get(work) ?? new Map<string, Promise<Admission>>();
    this.expected.set(work, byName.set(name, admission));
  }

  /**
   * @param version null: the definition's rollout decides, for each of them
   * @returns the sagas as they begin, in the order of the requests
   * @throws the input schema's error; Error for an unknown definition or version
   */
  start(name: string, version: number | null, requests: readonly StartRequest[]): Promise<SagaView[]> {
    return this.unitOfWork.run(() => this.startAll(name, version, requests));
  }

  private async startAll(
    name: string,
    version: number | null,
    requests: readonly StartRequest[],
  ): Promise<SagaView[]> {
    const { now, assign } = await this.admit(name, version);
    // With a worker in this process the saga goes on here, without a claim; otherwise whoever finds it goes on.
    const owner = this.runner.room >= requests.length ? this.lease.workerId : null;
    const begun = requests.map((request) => {
      const { definition, assigned } = assign(candidateOf(request));
      return { definition, ...beginSaga(definition, { ...request, assigned }, now) };
    });
    // One that begins with a wait needs no owner.
    for (const runnable of [true, false]) {
      const group = begun.filter(({ row }) => row.runnable === runnable);
      if (group.length === 0) continue;
      const wakeAt = owner === null ? now : null;
      const sagas = group.map((saga) => asNew(saga, saga.row.runnable ? wakeAt : saga.row.wakeAt));
      this.unitOfWork.withCommit(this.store.insert(sagas, runnable ? owner : null, now));
    }
    await failpoint('start.stored');
    this.observers.onCommit(begun.map(asCommit));
    const kept: OwnedSaga[] = begun
      .filter(({ row }) => row.runnable && owner !== null)
      .map(({ state, definition }) =>
        own({ id: state.id, definition, epoch: 1, revision: 1, state, asOf: now }),
      );
    this.unitOfWork.afterCommit(() => this.takeUp(kept, owner));
    return begun.map(({ state, row: { status, currentStep } }) => {
      const { id, definition, version: begunAs, correlationId } = state;
      return { id, definition, version: begunAs, correlationId, status, currentStep };
    });
  }

  /**
   * Starts one saga for each business key that has none of this definition, in the ambient unit of work. Nobody owns
   * them: those that have something to do at once are claimed like any other.
   *
   * @param requests by business key: what a saga begins with in the version that it gets; null: it does not begin then
   */
  async startSole(
    name: string,
    requests: ReadonlyMap<string, (definition: SagaDefinition) => StartRequest | null>,
  ): Promise<void> {
    const { now, assign } = await this.admit(name, null);
    const begun: BegunSaga[] = [];
    for (const [key, requestIn] of requests) {
      const { definition, assigned } = assign({ key, subject: nobody });
      const request = requestIn(definition);
      if (request) begun.push(beginSaga(definition, { ...request, assigned }, now));
    }
    if (begun.length === 0) return;
    const rows = begun.map((saga) => asNew(saga, saga.row.runnable ? now : saga.row.wakeAt));
    const inserted = this.store.insertSole(rows, now).then((started) => {
      this.observers.onCommit(begun.filter(({ state }) => started.has(state.id)).map(asCommit));
    });
    this.unitOfWork.withCommit(inserted);
    if (begun.some(({ row }) => row.runnable)) {
      this.unitOfWork.afterCommit(() => this.signals.raise('saga_due'));
    }
  }

  private admit(name: string, version: number | null): Promise<Admission> {
    const work = this.unitOfWork.current;
    const byName = work && this.expected.get(work);
    const expected = version === null && byName?.get(name);
    if (!expected) return this.rollouts.admit(name, version);
    // For one start: another one in this unit of work has a later time.
    byName!.delete(name);
    return expected;
  }

  private takeUp(kept: readonly OwnedSaga[], owner: string | null): void {
    if (owner === null) return this.signals.raise('saga_due');
    for (const saga of kept) {
      this.runner.keep(saga);
      const [first] = upcoming(saga);
      if (first?.do !== 'execute') continue;
      if (isAboutChild(unitOf(saga.state, first.unit)!.command)) continue;
      const intent = this.mapping.intentOf(saga.definition, saga.state, first.unit);
      this.continuations.expect(saga.state.correlationId, intent);
    }
    // The event that the order was placed follows in this turn, and a stream answers it; if none does, in the next.
    setImmediate(() => {
      for (const saga of kept) {
        this.continuations.forget(saga.state.correlationId);
        this.runner.goOn(saga);
      }
    });
  }
}

function candidateOf({ correlationId, subject = nobody }: StartRequest) {
  return { key: correlationId, subject };
}
