import { Rejection } from '../../platform/messaging/rejection.js';
import type { OrderStatus } from '../domain/order-status.js';

/** The business's no of this module, each with its code. */

export function orderNotFound(orderId: string): Rejection {
  return new Rejection('ORDERS.NOT_FOUND', 'There is no such order.', { orderId });
}

/** A move that the state machine does not know from where the order stands. */
export function wrongStatus(orderId: string, status: OrderStatus): Rejection {
  return new Rejection('ORDERS.WRONG_STATUS', `The order is ${status}; this cannot be done to it any more.`, {
    orderId,
    status,
  });
}

export function tooLate(orderId: string, status: OrderStatus): Rejection {
  return new Rejection('ORDERS.TOO_LATE', `It is too late: the order is ${status}.`, { orderId, status });
}
