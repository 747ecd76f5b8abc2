import { Injectable, Logger } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { classify } from './database-errors.js';
import { storeError } from './errors.js';
import { Lease } from './lease.js';
import { waveKey, type OwnedSaga, type Work } from './owned-saga.js';
import { UnitFailure } from './unit-failure.js';
import { Wave } from './wave.js';

/** Transactions at a time. Two, so that one runs its handlers while the other one commits. */
const lanes = 2;
/** Sagas a transaction, at most. */
const waveSize = 200;
/** How often a wave is repeated that lost a deadlock or a serialization conflict, before its members run alone. */
const contentionTries = 6;

/** How a batch ended for its sagas. */
export interface BatchEnd {
  /** Committed: `upcoming` says what is next. */
  readonly settled: readonly OwnedSaga[];
  /** Not this worker's any more, or unknown because the database cannot be reached. */
  readonly lost: readonly OwnedSaga[];
}

/** What is ready, gathered into waves: batches form by themselves under load and never wait. */
@Injectable()
export class Lanes {
  private readonly log = new Logger(Lanes.name);
  private readonly ready: Work[] = [];
  private readonly running = new Set<Promise<void>>();
  private listener: (end: BatchEnd) => void = () => undefined;
  private filling = false;

  constructor(
    private readonly wave: Wave,
    private readonly lease: Lease,
  ) {}

  /** Calls `listener` at the end of each batch. */
  onEnd(listener: (end: BatchEnd) => void): void {
    this.listener = listener;
  }

  add(work: Work): void {
    work.saga.busy = true;
    this.ready.push(work);
    if (this.filling) return;
    this.filling = true;
    // In a later turn, so that what one commit made ready goes through the next wave together.
    setImmediate(() => {
      this.filling = false;
      this.fill();
    });
  }

  /** Forgets what has not begun: it stands in the journal as an intent. What has happened outside is still written. */
  dropIntents(): void {
    this.keep((work) => work.kind !== 'execute');
  }

  /** Forgets everything that waits. */
  dropAll(): void {
    this.ready.length = 0;
  }

  /** Resolves when nothing waits or runs. */
  async drained(): Promise<void> {
    while (this.ready.length > 0 || this.running.size > 0) {
      this.fill();
      await Promise.race(this.running);
    }
  }

  private fill(): void {
    while (this.running.size < lanes && this.ready.length > 0) {
      const batch = this.takeBatch();
      const run = this.runBatch(batch).finally(() => {
        this.running.delete(run);
        this.fill();
      });
      this.running.add(run);
    }
  }

  /** The oldest work and all that goes the same way; one that runs apart goes alone. */
  private takeBatch(): Work[] {
    const first = this.ready[0]!;
    if (first.saga.alone) return this.ready.splice(0, 1);
    const key = waveKey(first);
    const batch: Work[] = [];
    this.keep((work) => {
      if (batch.length >= waveSize || work.saga.alone || waveKey(work) !== key) return true;
      batch.push(work);
      return false;
    });
    return batch;
  }

  private keep(stays: (work: Work) => boolean): void {
    this.ready.splice(0, this.ready.length, ...this.ready.filter(stays));
  }

  /** To its end: as it is, again after a passing trouble, or in halves after a failure. Never throws. */
  private async runBatch(
    batch: readonly Work[],
    attempt = 1,
    failure: UnitFailure | null = null,
  ): Promise<void> {
    const worker = this.lease.workerId;
    const sagas = batch.map(({ saga }) => saga);
    if (!worker) return this.listener({ settled: [], lost: sagas });
    try {
      return this.end(sagas, await this.wave.run(batch, worker, failure));
    } catch (error) {
      // Whether the commit took place is not known: the journal is folded anew before the next try.
      for (const saga of sagas) saga.revision = -1;
      const cause = error instanceof UnitFailure ? error.cause : error;
      const trouble = classify(cause);
      if (trouble === 'unreachable') {
        this.log.warn(
          { err: cause, sagas: sagas.length },
          'A wave was not written; its sagas are taken up again.',
        );
        return this.listener({ settled: [], lost: sagas });
      }
      if (trouble === 'contention' && attempt < contentionTries) {
        await sleep(Math.random() * 10 * 2 ** attempt);
        return this.runBatch(batch, attempt + 1, failure);
      }
      if (batch.length > 1) {
        const half = batch.length >> 1;
        await this.runBatch(batch.slice(0, half));
        return this.runBatch(batch.slice(half));
      }
      await this.recordFailure(batch[0]!, error, failure);
    }
  }

  /** A single saga's work fails: what came before it is written, and the failure in its place. */
  private async recordFailure(work: Work, error: unknown, earlier: UnitFailure | null): Promise<void> {
    const { saga } = work;
    const unitFailed = error instanceof UnitFailure;
    const stored = storeError(unitFailed ? error.cause : error);
    this.log.error(
      {
        sagaId: saga.id,
        correlationId: saga.state.correlationId,
        unit: unitFailed ? `${error.unit.role}:${error.unit.name}` : work.kind,
        code: stored.code,
        err: unitFailed ? error.cause : error,
      },
      'A step failed.',
    );
    if (unitFailed && !earlier) return this.runBatch([work], 1, error);
    // No handler: the engine's own part, or the definition's, cannot deal with it. A person has to look.
    if (!(work.kind === 'stimulate' && work.stimulus.kind === 'mapping-failed')) {
      return this.runBatch([
        { kind: 'stimulate', saga, stimulus: { kind: 'mapping-failed', error: stored } },
      ]);
    }
    this.listener({ settled: [], lost: [saga] });
  }

  private end(sagas: readonly OwnedSaga[], lost: readonly OwnedSaga[]): void {
    this.listener({ settled: sagas.filter((saga) => !lost.includes(saga)), lost });
  }
}
