import { Rehearsal, type RehearsalOptions } from '../testing/index.js';
import type { FulfillmentInput } from './input.js';
import { orderFulfillmentV1 } from './order-fulfillment.v1.js';
import { orderFulfillmentV2 } from './order-fulfillment.v2.js';

export const orderId = '01890000-0000-7000-8000-000000000001';

export const sampleInput: FulfillmentInput = {
  orderId,
  customerId: 'c-42',
  totalAmount: 2_500,
  currency: 'EUR',
  paymentMethod: 'pm_card_visa',
  lines: [{ sku: 'SKU-1', quantity: 2 }],
  reviewAbove: 1_000_000,
};

export const largeOrder: Partial<FulfillmentInput> = { totalAmount: 2_000_000 };

const versions = { 1: orderFulfillmentV1, 2: orderFulfillmentV2 } as const;

/** Rehearses a reference version; whatever is not scripted succeeds. For tests. */
export function rehearse(
  version: keyof typeof versions,
  input: Partial<FulfillmentInput> = {},
  options: RehearsalOptions = {},
): Rehearsal {
  return new Rehearsal(versions[version], { ...sampleInput, ...input }, options).otherwiseSucceeding();
}
