import { z } from 'zod';

export const timelineSchema = z
  .object({
    items: z.array(
      z.object({
        at: z.iso.datetime(),
        kind: z
          .string()
          .describe('`status` for a change of the order; other words for what its fulfillment did.'),
        step: z.string().optional(),
        text: z.string(),
        code: z.string().optional(),
      }),
    ),
  })
  .meta({
    examples: [
      {
        items: [
          { at: '2026-07-15T09:30:00.000Z', kind: 'status', text: 'We have received your order.' },
          { at: '2026-07-15T09:30:00.020Z', kind: 'status', text: 'Your order is confirmed.' },
        ],
      },
    ],
  });

export const eventStreamExample = [
  'id: 1',
  'event: status',
  'data: {"status":"pending","at":"2026-07-15T09:30:00.000Z","code":null,"version":1}',
  '',
  'id: 2',
  'event: status',
  'data: {"status":"confirmed","at":"2026-07-15T09:30:00.020Z","code":null,"version":2}',
  '',
  '',
].join('\n');
