import { z } from 'zod';
import { pageQuery } from '../../platform/http/page.js';

export const listShipmentsQuery = z.strictObject({
  ...pageQuery,
  orderId: z.uuid().optional().describe('Only the shipments of this order; left out: of all orders.'),
});

export type ListShipmentsQuery = z.infer<typeof listShipmentsQuery>;

/** The sort key of the list: the shipment's UUIDv7, which tells the order of creation. */
export const shipmentCursor = z.strictObject({ id: z.uuid() });
