import { Injectable, Logger } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { forEverybody } from '../../platform/observability/trace/trace-context.js';
import { Rejection } from '../../platform/messaging/rejection.js';
import { classify } from './database-errors.js';
import { storeError } from './errors.js';
import { Lease } from './lease.js';
import { goesFirst, runsApart, waveKey, type OwnedSaga, type Work } from './owned-saga.js';
import { attemptOf, LogFields } from './saga-fields.js';
import { sameUnit, type StoredError } from './state.js';
import type { Stimulus } from './stimulus.js';
import { UnitFailure } from './unit-failure.js';
import { Wave } from './wave.js';

/**
 * Transactions at a time. More than two, so that one runs its handlers and another one commits while two more wait for
 * the stock that those have locked.
 */
const lanes = 4;
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
  private ready: Work[] = [];
  private readonly running = new Set<Promise<void>>();
  /** In a batch now. Two works of one saga never run at once: each would overwrite what the other has written. */
  private readonly held = new Set<OwnedSaga>();
  private listener: (end: BatchEnd) => void = () => undefined;
  private filling = false;

  constructor(
    private readonly wave: Wave,
    private readonly lease: Lease,
    private readonly fields: LogFields,
  ) {}

  /** Calls `listener` at the end of each batch. */
  onEnd(listener: (end: BatchEnd) => void): void {
    this.listener = listener;
  }

  add(work: Work): void {
    work.saga.works++;
    if (goesFirst(work)) this.ready.unshift(work);
    else this.ready.push(work);
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
    this.ready = this.ready.filter((work) => work.kind !== 'execute');
  }

  /** Forgets everything that waits. */
  dropAll(): void {
    this.ready = [];
  }

  /** Resolves when nothing waits or runs. */
  async drained(): Promise<void> {
    while (this.ready.length > 0 || this.running.size > 0) {
      this.fill();
      await Promise.race(this.running);
    }
  }

  private fill(): void {
    while (this.running.size < lanes) {
      const batch = this.takeBatch();
      if (batch.length === 0) return;
      const run = forEverybody(() => this.runBatch(batch)).finally(() => {
        this.running.delete(run);
        for (const { saga } of batch) this.held.delete(saga);
        this.fill();
      });
      this.running.add(run);
    }
  }

  /** The oldest work that may run and all that goes the same way; one that runs apart goes alone. */
  private takeBatch(): Work[] {
    const first = this.ready.find(({ saga }) => !this.held.has(saga));
    if (!first) return [];
    const key = waveKey(first);
    const size = runsApart(first) ? 1 : waveSize;
    const batch: Work[] = [];
    const others: Work[] = [];
    let seen = 0;
    for (; seen < this.ready.length && batch.length < size; seen++) {
      const work = this.ready[seen]!;
      const fits = work === first || (size > 1 && !runsApart(work) && waveKey(work) === key);
      if (!fits || this.held.has(work.saga)) {
        others.push(work);
        continue;
      }
      this.held.add(work.saga);
      batch.push(work);
    }
    this.ready = others.concat(this.ready.slice(seen));
    return batch;
  }

  /**
   * To its end: as it is, again after a passing trouble, or in halves after a failure. Never throws.
   * @param failures of the same work, when it was tried before
   */
  private async runBatch(
    batch: readonly Work[],
    attempt = 1,
    failures: readonly UnitFailure[] = [],
  ): Promise<void> {
    const worker = this.lease.workerId;
    const sagas = batch.map(({ saga }) => saga);
    if (!worker) return this.listener({ settled: [], lost: sagas });
    const epochs = new Map(sagas.map((saga) => [saga, saga.epoch]));
    try {
      const gone = await this.wave.run(batch, worker, failures);
      // Rung and claimed anew by this very worker while the wave was on its way: still ours, under a newer epoch.
      const rung = batch.filter(({ saga }) => gone.includes(saga) && saga.epoch !== epochs.get(saga));
      const again = new Set(rung.map(({ saga }) => saga));
      this.end(
        sagas.filter((saga) => !again.has(saga)),
        gone.filter((saga) => !again.has(saga)),
      );
      if (rung.length > 0) await this.runBatch(rung);
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
        return this.runBatch(batch, attempt + 1, failures);
      }
      if (batch.length > 1) {
        const half = batch.length >> 1;
        await this.runBatch(batch.slice(0, half));
        return this.runBatch(batch.slice(half));
      }
      await this.recordFailure(batch[0]!, error, failures);
    }
  }

  /** A single saga's work fails: what else there is to do is done, and the failure is recorded in its place. */
  private async recordFailure(work: Work, error: unknown, earlier: readonly UnitFailure[]): Promise<void> {
    const { saga } = work;
    const unitFailed = error instanceof UnitFailure;
    const cause = unitFailed ? error.cause : error;
    const unit = unitFailed ? error.unit : work.kind === 'stimulate' ? null : work.unit;
    const stored = storeError(cause);
    const attempt = unit && attemptOf(saga.state, unit);
    const line = this.fields.failure(saga.state, unit, attempt, stored);
    // A no of the business is an outcome, whichever way a handler says it.
    if (!(cause instanceof Rejection)) this.log.error({ ...line, err: cause }, 'A step failed.');
    const known =
      unitFailed && earlier.some((one) => one.part === error.part && sameUnit(one.unit, error.unit));
    if (unitFailed && !known) return this.runBatch([work], 1, [...earlier, error]);
    const stimulus = withoutHandlers(work, stored);
    if (stimulus) return this.runBatch([{ ...endOf(work), kind: 'stimulate', saga, stimulus }]);
    this.listener({ settled: [], lost: [saga] });
  }

  private end(sagas: readonly OwnedSaga[], lost: readonly OwnedSaga[]): void {
    this.listener({ settled: sagas.filter((saga) => !lost.includes(saga)), lost });
  }
}

/** Whatever is recorded in the stead of a call's end is that call's end. */
function endOf({ call }: Work): Pick<Work, 'call'> {
  return call === undefined ? {} : { call };
}

/**
 * What is written when no handler is to blame: the engine's own part, or the definition's, cannot deal with it. An
 * answer from outside must not go with it, so it becomes unknown and is asked for again; anything else parks for a
 * person. Null: that was this already.
 */
function withoutHandlers(work: Work, error: StoredError): Stimulus | null {
  if (work.kind === 'record') return { kind: 'unknown', unit: work.unit, error };
  if (work.kind === 'execute') return { kind: 'mapping-failed', error };
  const { stimulus } = work;
  if (stimulus.kind === 'rejection' || stimulus.kind === 'accepted')
    return { kind: 'unknown', unit: stimulus.unit, error };
  return stimulus.kind === 'mapping-failed' || stimulus.kind === 'unknown'
    ? null
    : { kind: 'mapping-failed', error };
}
