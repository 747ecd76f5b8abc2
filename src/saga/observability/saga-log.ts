import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import type { Entry } from '../engine/entries.js';
import { LogFields } from '../engine/saga-fields.js';
import { SagaObservers, type SagaCommit, type SagaObserver } from '../engine/saga-observers.js';
import { sameUnit, unitOf } from '../engine/state.js';

/**
 * The log of a saga's life: its start, what failed for good, and its end. What is tried again, or parked, is in the log
 * of retries.
 */
@Injectable()
export class SagaLog implements SagaObserver, OnModuleInit {
  private readonly log = new Logger('Sagas');

  constructor(
    private readonly observers: SagaObservers,
    private readonly fields: LogFields,
  ) {}

  onModuleInit(): void {
    this.observers.register(this);
  }

  committed(commits: readonly SagaCommit[]): void {
    for (const commit of commits) {
      for (const entry of commit.entries) this.tell(entry, commit);
    }
  }

  private tell(entry: Entry, commit: SagaCommit): void {
    const { state } = commit;
    switch (entry.kind) {
      case 'started':
        return this.log.log(this.fields.saga(state), 'A saga has started.');
      case 'rejected':
        return this.log.log(this.failureOf(entry, commit), 'A step was rejected.');
      case 'attempt-failed':
        if (entry.retryAt !== null || isParked(entry, commit)) return;
        return this.log.warn(this.failureOf(entry, commit), 'An attempt failed; it is not tried again.');
      case 'turned-back': {
        const { type: cause, step, code: errorCode } = entry.cause;
        const fields = { ...this.fields.saga(state), step, cause, errorCode };
        return this.log.log(fields, 'A saga turns back.');
      }
      case 'completed':
      case 'compensated':
      case 'terminated':
        return this.log.log(this.endOf(entry, commit), `A saga has ended: ${entry.kind.toUpperCase()}.`);
      default:
        return;
    }
  }

  private failureOf(
    { unit, error }: Extract<Entry, { kind: 'rejected' | 'attempt-failed' }>,
    { state }: SagaCommit,
  ) {
    const attempt = unitOf(state, unit)?.attempts ?? 1;
    return this.fields.failure(state, unit, attempt, error);
  }

  private endOf({ at, kind }: Entry, { state }: SagaCommit) {
    const durationMs = Date.parse(at) - Date.parse(state.startedAt);
    const why = state.cause && { errorCode: state.cause.code };
    return {
      ...this.fields.saga(state),
      ...{ outcome: kind, durationMs, finishedAt: at, ...why },
    };
  }
}

/** The line that says so is in the log of retries. */
function isParked({ unit }: Extract<Entry, { kind: 'attempt-failed' }>, { entries }: SagaCommit): boolean {
  return entries.some(
    (entry) => entry.kind === 'parked' && entry.unit !== null && sameUnit(entry.unit, unit),
  );
}
