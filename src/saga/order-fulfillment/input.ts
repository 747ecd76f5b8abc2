import { z } from 'zod';

/** What a fulfillment stores of its order: ids and amounts, no personal data. Shared by all versions. */
export const fulfillmentInput = z.object({
  orderId: z.uuid(),
  customerId: z.string(),
  /** Minor units of `currency`. */
  totalAmount: z.int(),
  currency: z.string(),
  paymentMethod: z.string(),
  lines: z.array(z.object({ sku: z.string(), quantity: z.int().positive() })),
  /** Above this total a person reviews the order; as it was set when the order came in. */
  reviewAbove: z.int(),
});

export type FulfillmentInput = z.infer<typeof fulfillmentInput>;
