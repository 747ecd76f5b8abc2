import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import type { StatusEntry } from '../domain/order.js';
import { isFinal, isSettled, type OrderStatus } from '../domain/order-status.js';
import { readOrderStates } from '../persistence/sql/read-order-states.sql.js';
import { readStatusHistory } from '../persistence/sql/read-status-history.sql.js';
import { orderNotFound } from './order-rejections.js';
import { type OrderState, OrderStatusSignals } from './order-status-signals.js';

/** How often a stream looks for changes that another process made. */
const FOLLOW_EVERY_MS = 1_000;
/** The same for one who waits for the end, and for a few seconds only. */
const WAIT_EVERY_MS = 250;

/** The status changes of an order up to a moment. */
export interface StatusChapter {
  /** Oldest first; may be empty. */
  entries: StatusEntry[];
  /** The order's version, which may be above the last entry's: an address change makes no entry. */
  version: number;
  /** Nothing can follow. */
  final: boolean;
}

interface StatusHistoryRow {
  status: OrderStatus;
  version: number;
  statusHistory: StatusEntry[];
}

/** Follows an order's status: woken at once by a change in this process, by a slow poll for one of another. */
@Injectable()
export class FollowOrder {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly signals: OrderStatusSignals,
  ) {}

  /** True once the application shuts down: whoever follows stops. */
  get closing(): boolean {
    return this.signals.closing;
  }

  /** What happened after version `after`. @throws Rejection `ORDERS.NOT_FOUND` */
  async since(orderId: string, after: number): Promise<StatusChapter> {
    const [order] = await this.unitOfWork.query<StatusHistoryRow>(readStatusHistory, [orderId]);
    if (!order) throw orderNotFound(orderId);
    return {
      entries: order.statusHistory.filter((entry) => entry.version > after),
      version: order.version,
      final: isFinal(order.status),
    };
  }

  /**
   * Waits until the order has a version above `after`, or `ms` have passed, or `signal` or the shutdown says stop.
   * Answers at once when it has one.
   */
  async change(orderId: string, after: number, ms: number, signal: AbortSignal): Promise<void> {
    await this.until(orderId, after, FOLLOW_EVERY_MS, ms, signal, () => true);
  }

  /** Waits until the order is settled, with the same limits. */
  async settlement(orderId: string, ms: number, signal: AbortSignal): Promise<void> {
    await this.until(orderId, 0, WAIT_EVERY_MS, ms, signal, (state) => isSettled(state.status));
  }

  private async until(
    orderId: string,
    after: number,
    everyMs: number,
    ms: number,
    signal: AbortSignal,
    done: (state: OrderState) => boolean,
  ): Promise<void> {
    if (signal.aborted || this.signals.closing) return;
    const { promise, resolve } = withResolvers();
    // The watch begins before the look: a change between them would be missed the other way round.
    const unwatch = this.signals.watch(orderId, {
      seen: after,
      everyMs,
      onState: (state) => {
        if (done(state)) resolve();
      },
      onClosing: resolve,
    });
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', resolve);
    try {
      const [state] = await this.unitOfWork.query<OrderState>(readOrderStates, [[orderId]]);
      if (state && (state.version <= after || !done(state))) await promise;
    } finally {
      unwatch();
      clearTimeout(timer);
      signal.removeEventListener('abort', resolve);
    }
  }
}

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve!: () => void;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
