import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { type ExpectedVersion, requireMatch } from '../../platform/http/preconditions.js';
import type { ShippingAddress } from '../contracts/order-queries.js';
import { Fulfillments } from '../contracts/ports.js';
import { changeShippingAddress } from '../persistence/sql/change-shipping-address.sql.js';
import { lockOrder } from '../persistence/sql/lock-order.sql.js';
import { readOrderStates } from '../persistence/sql/read-order-states.sql.js';
import { orderNotFound, tooLate } from './order-rejections.js';
import { type OrderState, OrderStatusSignals } from './order-status-signals.js';

/** Changes where a running order goes to, in one transaction with the check that it has not been sent there yet. */
@Injectable()
export class ChangeShippingAddress {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly fulfillments: Fulfillments,
    private readonly signals: OrderStatusSignals,
  ) {}

  /**
   * @param expected the version that the caller has seen; null takes any
   * @throws Rejection `ORDERS.NOT_FOUND`, `ORDERS.TOO_LATE`; Problem 412. Too late comes before stale (RFC 9110,
   * 13.2.1): reading the order again would not help.
   */
  async change(orderId: string, address: ShippingAddress, expected: ExpectedVersion): Promise<void> {
    await this.unitOfWork.run(async () => {
      const [state] = await this.unitOfWork.query<OrderState>(readOrderStates, [[orderId]]);
      requirePending(orderId, state);
      // The fulfillment before the order, as its own steps lock them; the other way round they could deadlock.
      await this.fulfillments.assertAddressMayChange(orderId);
      const [locked] = await this.unitOfWork.query<OrderState>(lockOrder, [orderId]);
      const order = requirePending(orderId, locked);
      requireMatch(expected, order.version);
      await this.unitOfWork.query(changeShippingAddress, [
        orderId,
        address.name,
        address.line1,
        address.line2,
        address.city,
        address.postalCode,
        address.country,
        order.version,
      ]);
      this.unitOfWork.afterCommit(() => this.signals.announce([{ ...order, version: order.version + 1 }]));
    });
  }
}

function requirePending(orderId: string, state: OrderState | undefined): OrderState {
  if (!state) throw orderNotFound(orderId);
  if (state.status !== 'pending') throw tooLate(orderId, state.status);
  return state;
}
