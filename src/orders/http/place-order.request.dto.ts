import { z } from 'zod';
import { PAYMENT_METHOD_TOKEN } from '../domain/payment-method-token.js';
import { shippingAddressSchema } from './shipping-address.dto.js';
import { lineOfText } from './text.js';

export const customerIdSchema = lineOfText(100)
  .describe('Your id of the customer.')
  .meta({ example: 'c-42' });
export const skuSchema = lineOfText(100).describe('The product.').meta({ example: 'SKU-1' });

const lineSchema = z.strictObject({
  sku: skuSchema,
  quantity: z.int().min(1).max(10_000).describe('How many, 1–10,000.'),
});

const linesSchema = z
  .array(lineSchema)
  .min(1)
  .max(100)
  .superRefine((lines, context) => {
    const seen = new Set<string>();
    lines.forEach(({ sku }, index) => {
      if (seen.has(sku)) {
        context.addIssue({
          code: 'custom',
          path: [index, 'sku'],
          message: 'A SKU may appear only once.',
          params: { code: 'ORDERS.DUPLICATE_SKU' },
        });
      }
      seen.add(sku);
    });
  })
  .describe('1–100 lines; a SKU appears once.');

export const placeOrderExample = {
  customerId: 'c-42',
  currency: 'EUR',
  lines: [{ sku: 'SKU-1', quantity: 2 }],
  paymentMethod: 'pm_card_visa',
  shippingAddress: {
    name: 'Ada Lovelace',
    line1: 'Hauptstraße 1',
    line2: null,
    city: 'Berlin',
    postalCode: '10115',
    country: 'DE',
  },
};

export const placeOrderSchema = z
  .strictObject({
    customerId: customerIdSchema,
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/, 'Must be three capital letters.')
      .describe('ISO 4217. All products of the order must be sold in it.'),
    lines: linesSchema,
    // The message must not repeat the value: it may be a card number.
    paymentMethod: z
      .string()
      .regex(
        PAYMENT_METHOD_TOKEN,
        'Must be a token of the vault, which begins with "pm_". Never send a card number.',
      )
      .describe('A token from `POST /v1/payment-methods`.'),
    shippingAddress: shippingAddressSchema,
  })
  .meta({ id: 'PlaceOrder', examples: [placeOrderExample] });
