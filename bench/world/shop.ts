import type { Client } from 'pg';
import type { NewOrder } from '../../src/orders/application/place-orders.js';
import { benchOrder } from '../lib/bench-order.js';
import { undeliverablePostalCode } from '../outside/memory-carrier.js';

/** So many products that orders of the same instant seldom want the same one: with one alone its lock is measured. */
const products = 100;
export const unitAmount = 1999;
export const stockOfEach = 100_000_000;

const skuOf = (number: number) => `BENCH-${String(number % products).padStart(3, '0')}`;

/** The how many-th order: one piece, each time of another product. @param fails the carrier does not deliver there */
export function orderOf(number: number, fails: boolean): NewOrder {
  const { shippingAddress, ...rest } = benchOrder;
  return {
    ...rest,
    lines: [{ sku: skuOf(number), quantity: 1 }],
    shippingAddress: {
      ...shippingAddress,
      line2: null,
      ...(fails && { postalCode: undeliverablePostalCode }),
    },
  };
}

/** Whether the how many-th order is one of the failing ones: they lie evenly among the others. */
export function failsAt(number: number, share: number): boolean {
  return Math.floor((number + 1) * share) > Math.floor(number * share);
}

/** Products, their stock, and the ledger entries that explain it. */
export async function stockUp(client: Client): Promise<void> {
  await client.query(
    `WITH product AS (
       INSERT INTO inventory.product (sku, id, name, unit_amount, currency)
       SELECT sku, gen_random_uuid(), 'Product ' || sku, $2, 'EUR' FROM unnest($1::text[]) AS sku
       RETURNING sku
     ), stock AS (
       INSERT INTO inventory.stock (sku, on_hand) SELECT sku, $3 FROM product
     )
     INSERT INTO inventory.stock_adjustment (id, sku, quantity, reason, actor, on_hand_after)
     SELECT gen_random_uuid(), sku, $3, 'for the benchmark', 'bench', $3 FROM product`,
    [Array.from({ length: products }, (_, number) => skuOf(number)), unitAmount, stockOfEach],
  );
}
