import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { failpoint } from '../../platform/failpoints/failpoint.js';
import { Signals } from '../../platform/messaging/signals.js';
import { DefinitionRegistry, isAboutChild, type SagaDefinition } from '../definition/index.js';
import { SagaStore } from '../store/saga-store.js';
import { asCommit, asNew, beginSaga, type StartRequest } from './begin-saga.js';
import { Continuations } from './continuations.js';
import { DefaultVersions } from './default-versions.js';
import { IntentMapping } from './intent-mapping.js';
import { Lease } from './lease.js';
import { own, upcoming, type OwnedSaga } from './owned-saga.js';
import { Runner } from './runner.js';
import { SagaObservers } from './saga-observers.js';
import { unitOf } from './state.js';
import type { SagaView } from './saga-handle.js';

/** Starts sagas inside the caller's unit of work: they exist exactly when what they are about exists. */
@Injectable()
export class Starter {
  constructor(
    private readonly store: SagaStore,
    private readonly definitions: DefinitionRegistry,
    private readonly defaults: DefaultVersions,
    private readonly runner: Runner,
    private readonly lease: Lease,
    private readonly mapping: IntentMapping,
    private readonly continuations: Continuations,
    private readonly signals: Signals,
    private readonly unitOfWork: UnitOfWork,
    private readonly observers: SagaObservers,
  ) {}

  /**
   * @param version null takes the default
   * @returns the sagas as they begin, in the order of the requests
   * @throws the input schema's error; Error for an unknown definition or version
   */
  async start(name: string, version: number | null, requests: readonly StartRequest[]): Promise<SagaView[]> {
    const definition = this.definitions.get(name, version ?? this.defaults.of(name));
    const now = (await this.store.now()).toISOString();
    // With a worker in this process the saga goes on here, without a claim; otherwise whoever finds it goes on.
    const owner = this.runner.room >= requests.length ? this.lease.workerId : null;
    const begun = requests.map((request) => beginSaga(definition, request, now));
    // One that begins with a wait needs no owner.
    for (const runnable of [true, false]) {
      const group = begun.filter(({ row }) => row.runnable === runnable);
      if (group.length === 0) continue;
      const wakeAt = owner === null ? now : null;
      const sagas = group.map((saga) => asNew(saga, saga.row.runnable ? wakeAt : saga.row.wakeAt));
      await this.store.insert(sagas, runnable ? owner : null, now);
    }
    await failpoint('start.stored');
    this.observers.onCommit(begun.map(asCommit));
    const kept: OwnedSaga[] = begun
      .filter(({ row }) => row.runnable && owner !== null)
      .map(({ state }) => own({ id: state.id, definition, epoch: 1, revision: 1, state, asOf: now }));
    this.unitOfWork.afterCommit(() => this.takeUp(kept, owner));
    return begun.map(({ state, row: { status, currentStep } }) => {
      const { id, correlationId } = state;
      return {
        id,
        definition: definition.name,
        version: definition.version,
        correlationId,
        status,
        currentStep,
      };
    });
  }

  /**
   * Starts one saga for each business key that has none of this definition, in the ambient unit of work. Nobody owns
   * them: those that have something to do at once are claimed like any other.
   */
  async startSole(definition: SagaDefinition, requests: readonly StartRequest[]): Promise<void> {
    const now = (await this.store.now()).toISOString();
    const begun = requests.map((request) => beginSaga(definition, request, now));
    const started = await this.store.insertSole(
      begun.map((saga) => asNew(saga, saga.row.runnable ? now : saga.row.wakeAt)),
      now,
    );
    this.observers.onCommit(begun.filter(({ state }) => started.has(state.id)).map(asCommit));
    if (begun.some(({ row }) => row.runnable)) {
      this.unitOfWork.afterCommit(() => this.signals.raise('saga_due'));
    }
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
