import { z } from 'zod';

/** What every webhook sender posts to us. */
export const webhookEventSchema = z
  .strictObject({
    /** The sender's id of the event: the same id is the same event. */
    id: z.string().min(1).max(255).describe('The same id is the same event; a second one changes nothing.'),
    /** A type that is not known is stored and answered 200. */
    type: z.string().min(1).max(100).describe('A type that is not known is stored, and changes nothing.'),
    /** When it happened on their side. */
    createdAt: z.iso.datetime({ offset: true }),
    /** What it is about; its shape depends on the type. */
    data: z.record(z.string(), z.unknown()),
  })
  .meta({
    example: {
      id: 'evt-1',
      type: 'something.happened',
      createdAt: '2026-01-31T12:00:00Z',
      data: { reference: 'r-1' },
    },
  });

export type WebhookEvent = z.infer<typeof webhookEventSchema>;
