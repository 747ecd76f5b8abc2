import { z } from 'zod';
import { pageQuery } from '../../platform/http/page.js';
import { ORDER_STATUSES } from '../domain/order-status.js';
import { lineOfText } from './text.js';

const instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

export const listOrdersSchema = z.strictObject({
  ...pageQuery,
  status: z.enum(ORDER_STATUSES).optional().describe('Only orders in this status.'),
  customerId: lineOfText(100).optional().describe('Only orders of this customer.'),
  sku: lineOfText(100).optional().describe('Only orders that contain this product.'),
  createdAfter: instant.optional().describe('Only orders placed later than this instant (ISO 8601).'),
  createdBefore: instant.optional().describe('Only orders placed earlier than this instant (ISO 8601).'),
});

/** Where the next page begins: after this order. */
export const orderCursorSchema = z.strictObject({ id: z.uuid() });
