import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Metrics } from '../../platform/observability/metrics/metrics.js';
import { DefinitionRegistry, type SagaDefinition } from '../definition/index.js';
import type { Entry } from '../engine/entries.js';
import {
  SagaObservers,
  type SagaCommit,
  type SagaObserver,
  type TakenOver,
} from '../engine/saga-observers.js';
import type { SagaState, UnitRef } from '../engine/state.js';
import { sagaMeters, type SagaMeters } from './saga-meters.js';
import { beganAt, labelsOf, stepOf, type UnitLabels } from './unit-labels.js';

/**
 * Counts what this process has committed. Each saga and each entry is counted by one process, so sums over processes
 * are right; what is lost is what a process that died had counted since the last scrape.
 */
@Injectable()
export class SagaMetrics implements SagaObserver, OnModuleInit {
  private readonly show: SagaMeters;

  constructor(
    metrics: Metrics,
    private readonly observers: SagaObservers,
    private readonly definitions: DefinitionRegistry,
  ) {
    this.show = sagaMeters(metrics);
  }

  onModuleInit(): void {
    this.definitions.all().forEach((definition) => this.beginAtZero(definition));
    this.observers.register(this);
  }

  committed(commits: readonly SagaCommit[], at: number): void {
    for (const commit of commits) {
      for (const entry of commit.entries) this.count(entry, commit, at);
    }
  }

  tookOver(sagas: readonly TakenOver[]): void {
    for (const { definition, version } of sagas) this.show.takeOvers.inc({ definition, version });
  }

  private count(entry: Entry, commit: SagaCommit, at: number): void {
    const { state } = commit;
    const { definition, version } = state;
    switch (entry.kind) {
      case 'started':
        return this.show.started.inc({ definition, version });
      case 'intended':
        if (entry.unit.role !== 'compensation') return;
        return this.show.compensations.inc({ definition, version, step: entry.unit.name });
      case 'succeeded':
        return this.unitEnded(commit, entry, entry.by === null ? 'succeeded' : 'skipped', at);
      case 'rejected':
        this.unitEnded(commit, entry, 'rejected', at);
        return this.show.rejections.inc({
          ...{ definition, version, step: stepOf(commit, entry.unit) },
          code: entry.error.code ?? 'SAGA.REJECTED',
        });
      case 'attempt-failed':
      case 'resolved-absent':
        if (entry.retryAt === null) return;
        return this.retried(commit, entry);
      case 'held':
        if (entry.attempt === null) return;
        return this.retried(commit, entry);
      case 'lease-lost':
      case 'outcome-unknown':
      case 'resolve-failed':
        return this.retried(commit, entry);
      case 'parked':
        this.show.parked.inc(labelsOf(commit, entry.unit, entry.step));
        if (entry.error.code === 'SAGA.CRASH_LOOP') this.show.crashLoops.inc({ definition, version });
        return;
      case 'turned-back':
        return this.show.turnedBack.inc({ definition, version, cause: entry.cause.type });
      case 'wait-ended':
        return this.waitEnded(commit, entry, at);
      case 'completed':
      case 'compensated':
      case 'terminated':
        return this.show.duration.observe(since(state.startedAt, at), definition, version, entry.kind);
      default:
        return;
    }
  }

  private unitEnded(
    commit: SagaCommit,
    { unit, at: entryAt }: Extract<Entry, { kind: 'succeeded' | 'rejected' }>,
    outcome: string,
    at: number,
  ): void {
    const { definition, version } = commit.state;
    const took = since(beganAt(commit, unit) ?? entryAt, at);
    this.show.stepDuration.observe(took, definition, version, stepOf(commit, unit), unit.role, outcome);
  }

  private waitEnded(
    { state }: SagaCommit,
    { step, how, at: entryAt }: Extract<Entry, { kind: 'wait-ended' }>,
    at: number,
  ): void {
    const { definition, version, steps } = state;
    const began = steps.find(({ name }) => name === step)?.wait?.startedAt ?? entryAt;
    this.show.stepDuration.observe(since(began, at), definition, version, step, 'wait', how);
  }

  private retried(commit: SagaCommit, { kind, unit }: Extract<Entry, { readonly unit: UnitRef }>): void {
    this.show.retries.inc({ ...labelsOf(commit, unit), reason: kind });
  }

  /** A counter that is not there before it has counted one does not rise when it has: alerts would miss the first. */
  private beginAtZero({ name: definition, version, steps, compensations, closings }: SagaDefinition): void {
    const mine = { definition, version };
    this.show.started.inc(mine, 0);
    this.show.takeOvers.inc(mine, 0);
    this.show.crashLoops.inc(mine, 0);
    for (const cause of causes) this.show.turnedBack.inc({ ...mine, cause }, 0);
    const units: Pick<UnitLabels, 'step' | 'role'>[] = [
      ...steps.map(({ name, action }) => ({ step: name, role: action ? 'action' : 'wait' }) as const),
      ...compensations.map(({ step }) => ({ step, role: 'compensation' }) as const),
      ...closings.map(({ closing }) => ({ step: closing, role: 'closing' }) as const),
    ];
    for (const unit of units) this.show.parked.inc({ ...mine, ...unit }, 0);
  }
}

const causes: readonly NonNullable<SagaState['cause']>['type'][] = [
  'rejected',
  'failed',
  'cancelled',
  'deadline',
  'operator',
  'terminated',
];

/** Seconds; the clocks of two processes may differ a little, and a duration is never negative. */
function since(began: string, at: number): number {
  return Math.max(0, at - Date.parse(began)) / 1_000;
}
