import { Injectable } from '@nestjs/common';
import { CompletionWaiter } from '../../platform/http/prefer-wait.js';
import { FollowOrder } from '../application/follow-order.js';
import { OrderReader } from '../application/order-reader.js';
import type { OrderView } from '../application/order-view.js';

/** `Prefer: wait`: the order as it is when it is settled, or when the time is up. */
@Injectable()
export class OrderCompletionWaiter extends CompletionWaiter {
  constructor(
    private readonly follow: FollowOrder,
    private readonly orders: OrderReader,
  ) {
    super();
  }

  async wait(id: string, ms: number, signal: AbortSignal): Promise<OrderView> {
    await this.follow.settlement(id, ms, signal);
    return this.orders.one(id);
  }
}
