import { Injectable, Logger } from '@nestjs/common';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { DatabaseClock } from './database-clock.js';
import type { Entry } from './entries.js';
import type { OpenAttempt } from './owned-saga.js';
import type { SagaState } from './state.js';

/** What one commit did to one saga. */
export interface SagaCommit {
  /** As the entries were decided on; null: it began with this commit. */
  readonly before: SagaState | null;
  /** What its journal gained; may be none. */
  readonly entries: readonly Entry[];
  /** As they leave it. */
  readonly state: SagaState;
  /** The call of which it tells what became. Absent: of none that is measured. */
  readonly attempt?: OpenAttempt;
}

/** A saga that was taken over from a lost worker. */
export interface TakenOver {
  readonly definition: string;
  readonly version: number;
}

/**
 * Sees what this process has committed, after it has. It is in the way of the next commit: microseconds for an entry,
 * no I/O, no promise. What it throws is logged and harms nobody.
 */
export interface SagaObserver {
  /** @param at when the commit was answered, by the database's clock, in milliseconds since 1970 */
  committed?(commits: readonly SagaCommit[], at: number): void;
  tookOver?(sagas: readonly TakenOver[]): void;
}

/** Tells observers. Nothing that sagas do depends on it: a process that dies right after a commit has told nobody. */
@Injectable()
export class SagaObservers {
  private readonly log = new Logger(SagaObservers.name);
  private readonly observers: SagaObserver[] = [];

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: DatabaseClock,
  ) {}

  /** Before the application has started. */
  register(observer: SagaObserver): void {
    this.observers.push(observer);
  }

  /** To be called in the unit of work that writes these: they are told of once it has committed. */
  onCommit(commits: readonly SagaCommit[]): void {
    if (this.observers.length === 0) return;
    this.unitOfWork.afterCommit(() => {
      const at = this.clock.now();
      this.tell((observer) => observer.committed?.(commits, at));
    });
  }

  tookOver(sagas: readonly TakenOver[]): void {
    if (sagas.length > 0) this.tell((observer) => observer.tookOver?.(sagas));
  }

  private tell(what: (observer: SagaObserver) => void): void {
    for (const observer of this.observers) {
      try {
        what(observer);
      } catch (error) {
        this.log.error({ err: error }, 'An observer of sagas failed; what it was to show is not shown.');
      }
    }
  }
}
