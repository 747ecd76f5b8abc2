import type { DescribeForSpans } from '../observability/span-attributes.js';
import type { FulfillmentInput } from './input.js';

/** What spans tell of an order: its id and, where the saga began with it, its total in minor units. */
export const orderAttributes: DescribeForSpans = ({ correlationId, input }) => {
  const { totalAmount, currency } = input as Partial<FulfillmentInput>;
  return {
    'order.id': correlationId,
    ...(typeof totalAmount === 'number' && { 'order.amount': totalAmount }),
    ...(typeof currency === 'string' && { 'order.currency': currency }),
  };
};
