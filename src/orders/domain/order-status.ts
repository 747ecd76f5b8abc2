/** The states of an order, in the words of the HTTP contract. */
export const ORDER_STATUSES = [
  'pending',
  'confirmed',
  'shipped',
  'delivered',
  'rejected',
  'cancelling',
  'cancelled',
] as const;

export type OrderStatus = (typeof ORDER_STATUSES)[number];

/** Who may move where. Every change of status is an UPDATE guarded by this table. */
const MOVES: Record<OrderStatus, readonly OrderStatus[]> = {
  pending: ['confirmed', 'rejected', 'cancelling'],
  confirmed: ['shipped'],
  shipped: ['delivered'],
  delivered: [],
  rejected: [],
  cancelling: ['cancelled'],
  cancelled: [],
};

/** The statuses from which an order may move to `to`; the guard of the UPDATE. */
export function statusesBefore(to: OrderStatus): OrderStatus[] {
  return ORDER_STATUSES.filter((from) => MOVES[from].includes(to));
}

/** True when an order in `status` is at `goal`, or went through it for sure: no other way leads there. */
export function hasReached(status: OrderStatus, goal: OrderStatus): boolean {
  if (status === goal) return true;
  const before = statusesBefore(status);
  return before.length > 0 && before.every((earlier) => hasReached(earlier, goal));
}

/** True when nothing can follow: an event stream of the order ends here. */
export function isFinal(status: OrderStatus): boolean {
  return MOVES[status].length === 0;
}

/**
 * True when the order's fulfillment is over, well or badly: who waits for the order (`Prefer: wait`) has the
 * answer. `shipped` and `delivered` come later and take days.
 */
export function isSettled(status: OrderStatus): boolean {
  return status !== 'pending' && status !== 'cancelling';
}

/**
 * The settled orders: what is still to happen to them needs no address from this module, because the shipment
 * has had its own copy since before the order was confirmed.
 */
export const SETTLED_STATUSES = ORDER_STATUSES.filter(isSettled);

/** The orders whose fulfillment is under way: the parcel still needs the address. */
export const RUNNING_STATUSES = ORDER_STATUSES.filter((status) => !isSettled(status));

/** True when the order stands: it came about, and can no longer be cancelled by this saga. */
export function hasComeAbout(status: OrderStatus): boolean {
  return status === 'confirmed' || status === 'shipped' || status === 'delivered';
}
