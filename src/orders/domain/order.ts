import type { OrderStatus } from './order-status.js';

/** One line of an order, with name and price as the catalogue had them when the order was placed. */
export interface OrderLine {
  sku: string;
  name: string;
  quantity: number;
  /** Minor units of `currency`. */
  unitAmount: number;
  /** The product's currency; that it is the order's is a rule of the first step, not of the shape. */
  currency: string;
}

/** One entry of an order's status history. */
export interface StatusEntry {
  /** The order's version that the change made. Rises, with gaps: an address change makes a version too. */
  version: number;
  status: OrderStatus;
  /** ISO 8601. */
  at: string;
  /** Why, for `rejected`, `cancelling` and `cancelled`; otherwise null. */
  code: string | null;
}
