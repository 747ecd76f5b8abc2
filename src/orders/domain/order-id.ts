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

/** The lowest id that an order placed at this instant, or later, can have. */
export function lowestIdAt(instant: Date): string {
  const millis = Math.max(0, instant.getTime()).toString(16).padStart(12, '0');
  return `${millis.slice(0, 8)}-${millis.slice(8, 12)}-7000-8000-000000000000`;
}
