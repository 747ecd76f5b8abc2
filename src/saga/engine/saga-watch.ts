import { AsyncResource } from 'node:async_hooks';
import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { readSagaRevisions } from '../store/sql/read-saga-revisions.sql.js';
import { isResting, statusOf, type SagaStatus } from './instance-row.js';
import type { SagaState } from './state.js';

/** How often the database is asked what other processes did. One statement for all that is watched here. */
const pollEveryMs = 250;

interface Watcher {
  /** The revision that was reported last. */
  seen: number;
  readonly wake: () => void;
}

/**
 * Wakes who waits for a saga: at once when this process has moved it, by a slow poll when another one did. Nobody is
 * notified for it: that would be a statement with every wave, for the few that somebody waits for.
 */
@Injectable()
export class SagaWatch implements OnModuleDestroy {
  private readonly log = new Logger(SagaWatch.name);
  private readonly watchers = new Map<string, Set<Watcher>>();
  // The timer must not inherit the transaction or trace of whoever happened to start it.
  private readonly root = new AsyncResource('SagaWatch');
  private timer: NodeJS.Timeout | null = null;
  private closed = false;

  constructor(private readonly unitOfWork: UnitOfWork) {}

  /** True once the application stops: nobody is woken by a change any more. */
  get isClosed(): boolean {
    return this.closed;
  }

  /**
   * Calls `wake` whenever the saga has come to rest or to its end, and once when the application stops.
   * @returns ends the watch
   * @throws Error inside a unit of work: what it has begun goes on only after its commit, so the wait could be for ever
   */
  watch(id: string, wake: () => void): () => void {
    if (this.unitOfWork.isOpen) throw new Error('Wait for a saga after the unit of work, not inside it.');
    const watcher: Watcher = { seen: 0, wake };
    const all = this.watchers.get(id) ?? new Set();
    this.watchers.set(id, all.add(watcher));
    this.root.runInAsyncScope(() => this.schedule());
    return () => {
      all.delete(watcher);
      if (all.size === 0 && this.watchers.get(id) === all) this.watchers.delete(id);
    };
  }

  /** To be called after a commit that moved these sagas on. */
  announce(sagas: readonly { readonly id: string; readonly state: SagaState }[]): void {
    if (this.watchers.size === 0) return;
    for (const { id, state } of sagas) {
      if (this.watchers.has(id) && isResting(statusOf(state))) this.wake(id);
    }
  }

  onModuleDestroy(): void {
    this.closed = true;
    if (this.timer) clearTimeout(this.timer);
    [...this.watchers.keys()].forEach((id) => this.wake(id));
    this.watchers.clear();
  }

  private wake(id: string): void {
    // A copy: who is woken may end its watch.
    [...(this.watchers.get(id) ?? [])].forEach(({ wake }) => wake());
  }

  private schedule(): void {
    if (this.timer || this.closed) return;
    this.timer = setTimeout(() => void this.poll(), pollEveryMs);
    this.timer.unref();
  }

  private async poll(): Promise<void> {
    try {
      const rows = await this.unitOfWork.query<{ id: string; status: SagaStatus; revision: number }>(
        readSagaRevisions,
        [[...this.watchers.keys()]],
      );
      for (const { id, status, revision } of rows) {
        for (const watcher of this.watchers.get(id) ?? []) {
          if (!isResting(status) || watcher.seen === revision) continue;
          watcher.seen = revision;
          watcher.wake();
        }
      }
    } catch (error) {
      this.log.warn({ err: error }, 'Watched sagas could not be looked at; tried again.');
    } finally {
      this.timer = null;
      if (this.watchers.size > 0) this.schedule();
    }
  }
}
