import { z } from 'zod';
import { pageOf } from '../../platform/http/page.js';
import type { OrderView } from '../application/order-view.js';
import { ORDER_STATUSES } from '../domain/order-status.js';
import { placeOrderExample } from './place-order.request.dto.js';
import { shippingAddressSchema } from './shipping-address.dto.js';

const time = z.iso.datetime();

export const orderExample: OrderView = {
  id: '01980b5e-2c4a-7c3e-9f6d-3a1b2c4d5e6f',
  status: 'pending',
  customerId: placeOrderExample.customerId,
  currency: placeOrderExample.currency,
  totalAmount: 3998,
  lines: [{ sku: 'SKU-1', name: 'Coffee grinder', quantity: 2, unitAmount: 1999 }],
  paymentMethod: placeOrderExample.paymentMethod,
  shippingAddress: placeOrderExample.shippingAddress,
  failure: null,
  fulfillment: {
    definition: 'order-fulfillment',
    version: 2,
    status: 'running',
    currentStep: 'reserve-inventory',
  },
  createdAt: '2026-07-15T09:30:00.000Z',
  updatedAt: '2026-07-15T09:30:00.000Z',
  version: 1,
};

const orderStatusSchema = z
  .enum(ORDER_STATUSES)
  .describe(
    '`pending` → `confirmed` → `shipped` → `delivered`; or `rejected` (the first step said no, nothing had been ' +
      'done); or `cancelling` → `cancelled` (what was done is undone).',
  );

export const orderSchema = z
  .object({
    id: z.uuid(),
    status: orderStatusSchema,
    customerId: z.string(),
    currency: z.string().describe('ISO 4217.'),
    totalAmount: z.int().describe('The sum of the lines, in minor units.'),
    lines: z.array(
      z.object({
        sku: z.string(),
        name: z.string().describe('As it was when the order was placed.'),
        quantity: z.int(),
        unitAmount: z.int().describe('Minor units, as it was when the order was placed.'),
      }),
    ),
    paymentMethod: z.string(),
    shippingAddress: shippingAddressSchema.nullable().describe('Null once the personal data are erased.'),
    failure: z
      .object({ code: z.string(), message: z.string() })
      .nullable()
      .describe('Why the order is rejected, cancelling or cancelled; otherwise null.'),
    fulfillment: z
      .object({
        definition: z.string(),
        version: z.int(),
        status: z.string(),
        currentStep: z.string().nullable(),
      })
      .nullable()
      .describe(
        'The saga that carries the order out. Null: it ended so long ago that its history was dropped.',
      ),
    createdAt: time,
    updatedAt: time,
    version: z.int().describe('Rises with every change of the order; for `If-Match`.'),
  })
  .meta({ id: 'Order', examples: [orderExample] }) satisfies z.ZodType<OrderView>;

export const orderPageSchema = pageOf(orderSchema);
