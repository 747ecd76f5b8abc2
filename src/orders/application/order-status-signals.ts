import { AsyncResource } from 'node:async_hooks';
import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import type { OrderStatus } from '../domain/order-status.js';
import { readOrderStates } from '../persistence/sql/read-order-states.sql.js';

/** How an order stands. */
export interface OrderState {
  id: string;
  status: OrderStatus;
  version: number;
  failureCode: string | null;
}

/** Someone who waits for an order to change. */
export interface Watcher {
  /** Called for every version of the order above `seen` that comes to notice. Must not throw. */
  readonly onState: (state: OrderState) => void;
  /** Called when the application shuts down: answer with what there is, nothing more will come. */
  readonly onClosing: () => void;
  /** How often to look for changes of other processes, in milliseconds; 250 at the least. */
  readonly everyMs: number;
  /** The version that the watcher knows; moved on as newer ones are reported. */
  seen: number;
}

const TICK_MS = 250;

/**
 * Tells who waits for an order that its status has changed: at once when this process changed it, by a slow poll
 * when another one did. One statement a tick for all that is watched here, and none when nothing is.
 *
 * Guarantees: after `watch` returns, a later version is reported at the latest with the poll. Does not guarantee
 * that every version is seen: who needs all of them reads the status history.
 */
@Injectable()
export class OrderStatusSignals implements OnModuleDestroy {
  private readonly logger = new Logger(OrderStatusSignals.name);
  private readonly watchers = new Map<string, Map<Watcher, number>>();
  // The timer must not inherit the transaction or trace of the request that happened to start it.
  private readonly root = new AsyncResource('OrderStatusSignals');
  private timer: NodeJS.Timeout | null = null;
  private isClosing = false;

  constructor(private readonly unitOfWork: UnitOfWork) {}

  /** True once the application shuts down. */
  get closing(): boolean {
    return this.isClosing;
  }

  /** Begins a watch; the returned function ends it. */
  watch(orderId: string, watcher: Watcher): () => void {
    const watchers = this.watchers.get(orderId) ?? new Map<Watcher, number>();
    this.watchers.set(orderId, watchers.set(watcher, performance.now() + watcher.everyMs));
    this.root.runInAsyncScope(() => this.schedule());
    return () => {
      watchers.delete(watcher);
      if (watchers.size === 0 && this.watchers.get(orderId) === watchers) this.watchers.delete(orderId);
    };
  }

  /** To be called after the commit that changed these orders. */
  announce(states: readonly OrderState[]): void {
    for (const state of states) {
      // A copy: a watcher may end its watch, or begin another one, when it is called.
      for (const watcher of [...(this.watchers.get(state.id)?.keys() ?? [])]) {
        if (state.version <= watcher.seen) continue;
        watcher.seen = state.version;
        watcher.onState(state);
      }
    }
  }

  onModuleDestroy(): void {
    this.isClosing = true;
    if (this.timer) clearTimeout(this.timer);
    const watchers = [...this.watchers.values()].flatMap((all) => [...all.keys()]);
    this.watchers.clear();
    for (const watcher of watchers) watcher.onClosing();
  }

  private schedule(): void {
    if (this.timer || this.isClosing) return;
    this.timer = setTimeout(() => void this.tick(), TICK_MS);
    this.timer.unref();
  }

  private async tick(): Promise<void> {
    try {
      const ids = this.due(performance.now());
      if (ids.length > 0) this.announce(await this.unitOfWork.query<OrderState>(readOrderStates, [ids]));
    } catch (error) {
      // The next tick looks again; until then only changes of this process are noticed.
      this.logger.warn({ msg: 'Could not look for changed orders', err: error });
    } finally {
      this.timer = null;
      if (this.watchers.size > 0) this.schedule();
    }
  }

  /** The orders that somebody wants looked at now. */
  private due(now: number): string[] {
    const ids: string[] = [];
    for (const [id, watchers] of this.watchers) {
      const due = [...watchers].filter(([, at]) => at <= now);
      for (const [watcher] of due) watchers.set(watcher, now + watcher.everyMs);
      if (due.length > 0) ids.push(id);
    }
    return ids;
  }
}
