import { Rejection } from '../../platform/messaging/rejection.js';
import type { CatalogueEntry } from '../contracts/ports.js';
import { newOrderId, placedAt } from '../domain/order-id.js';
import { totalOf } from '../domain/order-total.js';
import type { OrderRow } from '../persistence/order-row.js';
import type { NewOrder } from './place-orders.js';

/** An order as it is to be stored, or why it is not. */
export type CapturedOrder = { order: OrderRow } | { refusal: Rejection };

/** Makes the order out of the wish and the catalogue as it is now: names, prices and total are fixed here. */
export function captureOrder(wish: NewOrder, catalogue: ReadonlyMap<string, CatalogueEntry>): CapturedOrder {
  const unknown = wish.lines.flatMap((line, index) => (catalogue.has(line.sku) ? [] : [{ line, index }]));
  if (unknown.length > 0) return { refusal: unknownSkus(unknown) };
  const lines = wish.lines.map(({ sku, quantity }) => {
    const { name, unitAmount, currency } = catalogue.get(sku)!;
    return { sku, name, quantity, unitAmount, currency };
  });
  const totalAmount = totalOf(lines);
  if (totalAmount === null) return { refusal: totalTooLarge() };
  const id = newOrderId();
  const createdAt = placedAt(id);
  const order: OrderRow = {
    id,
    status: 'pending',
    customerId: wish.customerId,
    currency: wish.currency,
    totalAmount,
    paymentMethod: wish.paymentMethod,
    lines,
    shipToName: wish.shippingAddress.name,
    shipToLine1: wish.shippingAddress.line1,
    shipToLine2: wish.shippingAddress.line2,
    shipToCity: wish.shippingAddress.city,
    shipToPostalCode: wish.shippingAddress.postalCode,
    shipToCountry: wish.shippingAddress.country,
    failureCode: null,
    failureMessage: null,
    statusHistory: [{ version: 1, status: 'pending', at: createdAt.toISOString(), code: null }],
    version: 1,
    createdAt,
    updatedAt: createdAt,
  };
  return { order };
}

function unknownSkus(unknown: readonly { line: { sku: string }; index: number }[]): Rejection {
  return new Rejection('ORDERS.UNKNOWN_SKU', 'The order contains products that are not in the catalogue.', {
    violations: unknown.map(({ line, index }) => ({
      code: 'ORDERS.UNKNOWN_SKU',
      message: `There is no product ${line.sku}.`,
      pointer: `/lines/${index}/sku`,
    })),
  });
}

function totalTooLarge(): Rejection {
  return new Rejection(
    'ORDERS.TOTAL_TOO_LARGE',
    `The total of the order is above ${Number.MAX_SAFE_INTEGER} minor units, more than can be counted exactly.`,
  );
}
