import { Injectable } from '@nestjs/common';
import { v7 } from 'uuid';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { failpoint } from '../../platform/failpoints/failpoint.js';
import { Signals } from '../../platform/messaging/signals.js';
import { DefinitionRegistry } from '../definition/index.js';
import { SagaStore } from '../store/saga-store.js';
import { Continuations } from './continuations.js';
import { begin, proceed } from './decide.js';
import { DefaultVersions } from './default-versions.js';
import { fold } from './evolve.js';
import { instanceRow } from './instance-row.js';
import { IntentMapping } from './intent-mapping.js';
import { Lease } from './lease.js';
import { next } from './next.js';
import type { OwnedSaga } from './owned-saga.js';
import { Runner } from './runner.js';
import type { SagaView } from './saga-handle.js';

export interface StartRequest {
  /** The business key: the order's id. */
  readonly correlationId: string;
  /** Checked against the definition's input schema. */
  readonly input: unknown;
}

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
  ) {}

  /**
   * @param version null takes the default
   * @returns the sagas as they begin, in the order of the requests
   * @throws the input schema's error; Error for an unknown definition or version
   */
  async start(name: string, version: number | null, requests: readonly StartRequest[]): Promise<SagaView[]> {
    const definition = this.definitions.get(name, version ?? this.defaults.of(name));
    const now = (await this.store.now()).toISOString();
    const env = { now, newId: v7, random: Math.random };
    // With a worker in this process the saga goes on here, without a claim; otherwise whoever finds it goes on.
    const owner = this.runner.room >= requests.length ? this.lease.workerId : null;
    const begun = requests.map(({ correlationId, input }) => {
      const { started } = begin(
        definition,
        { id: v7(), correlationId, input: definition.inputSchema.parse(input) },
        env,
      );
      const { entries, state } = proceed(definition, fold([started]), env);
      return { entries: [started, ...entries], state, row: instanceRow(definition, state, now) };
    });
    // One that begins with a wait needs no owner.
    for (const runnable of [true, false]) {
      const group = begun.filter(({ row }) => row.runnable === runnable);
      if (group.length === 0) continue;
      const sagas = group.map(({ entries, state, row }) => ({
        id: state.id,
        definition: definition.name,
        version: definition.version,
        correlationId: state.correlationId,
        entries,
        row,
        wakeAt: runnable ? (owner === null ? now : null) : row.wakeAt,
        finishedAt: state.endedAt,
      }));
      await this.store.insert(sagas, runnable ? owner : null, now);
    }
    await failpoint('start.stored');
    const kept: OwnedSaga[] = begun
      .filter(({ row }) => row.runnable && owner !== null)
      .map(({ state }) => ({
        id: state.id,
        definition,
        epoch: 1,
        revision: 1,
        state,
        upcoming: next(definition, state, now),
        busy: false,
        begun: null,
        prepared: null,
      }));
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

  private takeUp(kept: readonly OwnedSaga[], owner: string | null): void {
    if (owner === null) return this.signals.raise('saga_due');
    for (const saga of kept) {
      this.runner.keep(saga);
      const { upcoming } = saga;
      if (upcoming.do !== 'execute') continue;
      const intent = this.mapping.intentOf(saga.definition, saga.state, upcoming.unit);
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
