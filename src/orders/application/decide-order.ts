import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { Fulfillments } from '../contracts/ports.js';
import { readOrderStates } from '../persistence/sql/read-order-states.sql.js';
import { orderNotFound, tooLate } from './order-rejections.js';
import type { OrderState } from './order-status-signals.js';

/** What people may decide about a running order. Each is recorded in the ambient unit of work and takes effect later. */
@Injectable()
export class DecideOrder {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly fulfillments: Fulfillments,
  ) {}

  /**
   * Asks for the order to be undone. One that is being cancelled, or is cancelled, has what is asked for.
   * @throws Rejection `ORDERS.NOT_FOUND`, `ORDERS.TOO_LATE`
   */
  async cancel(orderId: string, reason: string, actor: string): Promise<void> {
    await this.unitOfWork.run(async () => {
      const { status } = await this.state(orderId);
      if (status === 'cancelling' || status === 'cancelled') return;
      if (status !== 'pending') throw tooLate(orderId, status);
      await this.fulfillments.cancel(orderId, { reason, actor });
    });
  }

  /**
   * Ends an order's wait for a person.
   * @throws Rejection `ORDERS.NOT_FOUND`, `ORDERS.NOT_WAITING_FOR_REVIEW`
   */
  async review(
    orderId: string,
    decision: { approve: boolean; reason: string; actor: string },
  ): Promise<void> {
    await this.unitOfWork.run(async () => {
      await this.state(orderId);
      await this.fulfillments.review(orderId, decision);
    });
  }

  private async state(orderId: string): Promise<OrderState> {
    const [state] = await this.unitOfWork.query<OrderState>(readOrderStates, [[orderId]]);
    if (!state) throw orderNotFound(orderId);
    return state;
  }
}
