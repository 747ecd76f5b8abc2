import { z } from 'zod';

/** Of what a gateway says about a payment we need this only; whatever else it sends is stored as it came. */
export const gatewayData = z.looseObject({
  reference: z.string().min(1).max(255),
  gatewayReference: z.string().min(1).max(255),
  code: z.string().min(1).max(255).optional(),
});

/** The route's answer: the event is stored. */
export const webhookTaken = z
  .object({ received: z.literal(true).describe('The event is stored, now or by an earlier request.') })
  .meta({ examples: [{ received: true }] });

export type WebhookTaken = z.infer<typeof webhookTaken>;
