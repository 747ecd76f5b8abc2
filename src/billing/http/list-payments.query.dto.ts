import { z } from 'zod';
import { pageQuery } from '../../platform/http/page.js';

export const listPaymentsQuery = z.strictObject({
  ...pageQuery,
  orderId: z.uuid().optional().describe('Only the payments of this order; left out: of all orders.'),
});

export type ListPaymentsQuery = z.infer<typeof listPaymentsQuery>;

/** The sort key of the list: the payment's UUIDv7, which tells the order of creation. */
export const paymentCursor = z.strictObject({ id: z.uuid() });
