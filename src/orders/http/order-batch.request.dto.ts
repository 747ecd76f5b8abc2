import { z } from 'zod';
import { type Problem, validationProblem } from '../../platform/http/problem.js';
import { violationsOf } from '../../platform/http/validation/violations.js';
import type { NewOrder } from '../application/place-orders.js';
import { placeOrderExample, placeOrderSchema } from './place-order.request.dto.js';

/** The batch alone; what is in it is checked order by order. */
const batchSchema = z.strictObject({ orders: z.array(z.unknown()).min(1).max(1_000) });

/** The batch as clients are to write it; for the OpenAPI document. */
export const placeOrdersSchema = z
  .strictObject({ orders: z.array(placeOrderSchema).min(1).max(1_000) })
  .meta({ examples: [{ orders: [placeOrderExample, { ...placeOrderExample, customerId: 'c-43' }] }] });

/** One order of a batch: fit to be placed, or what is wrong with it. */
export type BatchItem = { order: NewOrder } | { problem: Problem };

/**
 * Checks a batch order by order. Pointers lead from the root of the request: `/orders/3/lines/0/sku`.
 * @throws Problem 400 when the body is no batch at all
 */
export function parseBatch(body: unknown): BatchItem[] {
  const batch = batchSchema.safeParse(body);
  if (!batch.success) throw validationProblem(violationsOf(batch.error.issues, body, []));
  return batch.data.orders.map((item, index) => parseItem(item, ['orders', index]));
}

function parseItem(item: unknown, at: PropertyKey[]): BatchItem {
  const order = placeOrderSchema.safeParse(item);
  if (order.success) return { order: order.data };
  return { problem: validationProblem(violationsOf(order.error.issues, item, at)) };
}
