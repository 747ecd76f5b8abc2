import { z } from 'zod';
import { webhookEventSchema } from '../../platform/messaging/webhooks/webhook-event.schema.js';

/** The body, with an example of this sender's. */
export const carrierEvent = webhookEventSchema.meta({
  examples: [
    {
      id: 'evt-4711',
      type: 'shipment.delivered',
      createdAt: '2026-11-21T09:00:00Z',
      data: { trackingNumber: 'SBX019AE1C07D1A7C3E9A530B8F6C1D2E44' },
    },
  ],
});

/** Of what a carrier says about a parcel we need its number only; whatever else it sends is stored as it came. */
export const parcelData = z.looseObject({ trackingNumber: z.string().min(1).max(255) });

/** Of a booking also our own reference, because its number is news to us. */
export const bookingData = parcelData.extend({ reference: z.string().min(1).max(255) });

/** The route's answer: the event is stored. */
export const webhookTaken = z
  .object({ received: z.literal(true).describe('The event is stored, now or by an earlier request.') })
  .meta({ examples: [{ received: true }] });

export type WebhookTaken = z.infer<typeof webhookTaken>;
