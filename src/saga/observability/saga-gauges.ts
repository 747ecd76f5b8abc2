import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { Metrics } from '../../platform/observability/metrics/metrics.js';
import type { SagaStatus } from '../engine/instance-row.js';
import { DependencyStore, type BreakerState } from '../store/dependency-store.js';
import { readSagasInFlight } from '../store/sql/read-sagas-in-flight.sql.js';
import { readSagasNeedingAttention } from '../store/sql/read-sagas-needing-attention.sql.js';
import { readWorkersAndDue } from '../store/sql/read-workers-and-due.sql.js';

interface InFlight {
  readonly definition: string;
  readonly version: number;
  readonly status: SagaStatus;
  readonly count: number;
  /** Null: none of these has anything to do. */
  readonly stalled: number | null;
  readonly longest: number;
}

interface NeedingAttention extends Pick<InFlight, 'definition' | 'version' | 'status' | 'count'> {
  readonly step: string;
  readonly code: string;
  readonly seconds: number;
}

const breakerStates: readonly BreakerState[] = ['closed', 'open', 'half-open', 'held'];

/** How the sagas in the database stand, whoever moves them: every process shows the same. */
@Injectable()
export class SagaGauges {
  constructor(
    private readonly metrics: Metrics,
    private readonly unitOfWork: UnitOfWork,
    private readonly dependencies: DependencyStore,
  ) {
    this.showInFlight();
    this.showAttention();
    this.showWorkers();
    this.showDependencies();
  }

  private showInFlight(): void {
    const labels = ['definition', 'version', 'status'] as const;
    const instances = this.metrics.gauge({
      name: 'saga_instances',
      help: 'Sagas that have not ended.',
      labels,
    });
    const stalled = this.metrics.gauge({
      name: 'saga_stalled_seconds',
      help: 'How long one of them has had something to do, and has not moved. What a breaker holds is not counted.',
      labels,
    });
    const longest = this.metrics.gauge({
      name: 'saga_segment_entries_max',
      help: 'Entries in the longest segment of a journal, of all that have not ended; it is what taking a saga up has to read.',
      labels: ['definition', 'version'],
    });
    this.metrics.reading({
      name: 'sagas in flight',
      gauges: [instances, stalled, longest],
      ask: () => this.unitOfWork.query<InFlight>(readSagasInFlight),
      show: (rows) => {
        const most = new Map<string, number>();
        for (const { definition, version, status, count, ...row } of rows) {
          instances.set({ definition, version, status }, count);
          if (row.stalled !== null) stalled.set({ definition, version, status }, row.stalled);
          const key = `${definition} ${version}`;
          most.set(key, Math.max(row.longest, most.get(key) ?? 0));
          longest.set({ definition, version }, most.get(key)!);
        }
      },
    });
  }

  private showAttention(): void {
    const labels = ['definition', 'version', 'status', 'step', 'code'] as const;
    const attention = this.metrics.gauge({
      name: 'saga_attention',
      help: 'Sagas that are parked, back off or are held, by what is wrong; the 500 most frequent groups.',
      labels,
    });
    const oldest = this.metrics.gauge({
      name: 'saga_attention_oldest_seconds',
      help: 'For how long the first of them has been failing.',
      labels,
    });
    this.metrics.reading({
      name: 'sagas needing attention',
      gauges: [attention, oldest],
      ask: () => this.unitOfWork.query<NeedingAttention>(readSagasNeedingAttention),
      show: (rows) => {
        for (const { definition, version, status, step, code, count, seconds } of rows) {
          attention.set({ definition, version, status, step, code }, count);
          oldest.set({ definition, version, status, step, code }, seconds);
        }
      },
    });
  }

  private showWorkers(): void {
    const workers = this.metrics.gauge({
      name: 'saga_workers',
      help: 'Workers with a live lease.',
    });
    const due = this.metrics.gauge({
      name: 'saga_oldest_due_seconds',
      help: 'How long the saga that is due and has been claimed by nobody for longest has been due; 0 when none is.',
    });
    this.metrics.reading({
      name: 'workers',
      gauges: [workers, due],
      ask: () => this.unitOfWork.query<{ workers: number; due: number | null }>(readWorkersAndDue),
      show: ([row]) => {
        workers.set(row!.workers);
        due.set(row!.due ?? 0);
      },
    });
  }

  private showDependencies(): void {
    const breakers = this.metrics.gauge({
      name: 'saga_dependency_state',
      help: '1 for the state in which the breaker of a dependency is, 0 for the others. One that never failed is not here.',
      labels: ['dependency', 'state'],
    });
    this.metrics.reading({
      name: 'dependencies',
      gauges: [breakers],
      ask: () => this.dependencies.read(),
      show: (all) => {
        for (const { name: dependency, state: now } of all) {
          for (const state of breakerStates) breakers.set({ dependency, state }, state === now ? 1 : 0);
        }
      },
    });
  }
}
