import { v7 } from 'uuid';

/*
 * An order's `created_at` is the instant inside its UUIDv7. So a range of time is a range of ids, and a list by
 * time walks the same index as the list itself: newest first, whatever else it is filtered by.
 */

export function newOrderId(): string {
  return v7();
}

/** When the order was placed: the milliseconds that its id carries. */
export function placedAt(orderId: string): Date {
  return new Date(Number.parseInt(orderId.slice(0, 8) + orderId.slice(9, 13), 16));
}
