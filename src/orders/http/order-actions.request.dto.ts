import { z } from 'zod';
import { placeOrderExample } from './place-order.request.dto.js';
import { shippingAddressSchema } from './shipping-address.dto.js';
import { lineOfText } from './text.js';

export const changeOrderSchema = z.strictObject({ shippingAddress: shippingAddressSchema }).meta({
  description: 'The fields of an order that may change.',
  examples: [{ shippingAddress: { ...placeOrderExample.shippingAddress, line1: 'Hauptstraße 2' } }],
});

const reason = lineOfText(500).describe('Why; shown to operators.');

export const cancelOrderSchema = z
  .strictObject({ reason })
  .meta({ examples: [{ reason: 'The customer has changed her mind.' }] });

export const reviewOrderSchema = z
  .strictObject({ reason })
  .meta({ examples: [{ reason: 'Called the customer, the order is real.' }] });
