import { Command } from '@nestjs/cqrs';
import type { Rejection } from '../../platform/messaging/rejection.js';
import type { ShippingAddress } from '../contracts/order-queries.js';
import type { OrderView } from './order-view.js';

/** An order as the customer wants it; prices come from the catalogue. */
export interface NewOrder {
  customerId: string;
  currency: string;
  lines: { sku: string; quantity: number }[];
  /** A token of the vault, `pm_…`. */
  paymentMethod: string;
  shippingAddress: ShippingAddress;
}

/** What became of one of them: an order with its fulfillment started, or a no and nothing stored. */
export type Placement = { order: OrderView } | { refusal: Rejection };

/**
 * Takes orders and starts their fulfillment, in one unit of work: the ambient one, or one that is shared with others who
 * place orders at the same time. Answers one placement for each, in their order; a refused order does not stop the
 * others. Refusals: `ORDERS.UNKNOWN_SKU`, `ORDERS.TOTAL_TOO_LARGE`; all other rules run in the fulfillment's first step.
 */
export class PlaceOrders extends Command<Placement[]> {
  constructor(readonly orders: readonly NewOrder[]) {
    super();
  }
}
