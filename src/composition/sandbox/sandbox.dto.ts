import { z } from 'zod';
import { pageOf, pageQuery } from '../../platform/http/page.js';

export const listLedgerQuery = z.strictObject({ ...pageQuery });
export type ListLedgerQuery = z.infer<typeof listLedgerQuery>;

const example = '01a1fbc2-9e5e-7044-8645-f9ca1c4ce8a1';

export const chargeResponse = z.object({
  reference: z.uuid().describe('Our payment’s id.').meta({ example }),
  orderId: z.uuid().meta({ example }),
  amount: z.int().describe('Minor units of `currency`.').meta({ example: 3780 }),
  refundedAmount: z.int().meta({ example: 0 }),
  currency: z.string().meta({ example: 'EUR' }),
  idempotencyKey: z.string().meta({ example }),
  createdAt: z.iso.datetime().meta({ example: '2026-11-21T10:00:00.000Z' }),
});
export const chargesResponse = pageOf(chargeResponse);

export const bookingResponse = z.object({
  reference: z.uuid().describe('Our shipment’s id.').meta({ example }),
  orderId: z.uuid().meta({ example }),
  status: z.enum(['booked', 'cancelled']).meta({ example: 'booked' }),
  trackingNumber: z.string().meta({ example: 'SBX0000000001' }),
  createdAt: z.iso.datetime().meta({ example: '2026-11-21T10:00:00.000Z' }),
});
export const bookingsResponse = pageOf(bookingResponse);

const mode = z.enum(['up', 'down', 'healed']);

export const faultsRequest = z
  .strictObject({
    payments: mode
      .optional()
      .describe('How the payment gateway is: `up`, `down` (all calls 503) or `healed`.'),
    carrier: mode.optional().describe('How the carrier is.'),
    latencyMs: z
      .int()
      .min(0)
      .max(60_000)
      .optional()
      .describe('How long each request takes before it is served.'),
    forgetKeysAfterSeconds: z
      .int()
      .min(0)
      .nullable()
      .optional()
      .describe('After this time an idempotency key no longer protects; null: never.'),
  })
  .meta({ example: { payments: 'up', carrier: 'up', latencyMs: 0 } });
export type FaultsRequest = z.infer<typeof faultsRequest>;

export const faultsResponse = z.object({
  payments: mode.meta({ example: 'up' }),
  carrier: mode.meta({ example: 'up' }),
  latencyMs: z.int().meta({ example: 0 }),
  forgetKeysAfterSeconds: z.int().nullable().meta({ example: null }),
});
