import { z } from 'zod';
import { sagaId } from './saga-examples.js';

const moveOutcome = z.object({
  sagaId: z.uuid(),
  correlationId: z.string().describe('The business key, e.g. the order.'),
  outcome: z.enum(['moved', 'refused']).describe('In a dry run: what it would be.'),
  code: z.string().nullable().describe('Why it is refused, e.g. `SAGA.DIVERGED`; null: it is not.'),
  step: z.string().nullable().describe('The first step that differs; null: none, or not because of a step.'),
  reason: z.string().nullable().describe('Why it is refused, in words; null: it is not.'),
});

export type MoveOutcome = z.infer<typeof moveOutcome>;

const order = '019f643a-0c50-7a3b-8c4d-5e6f7a8b9c0d';

export const bulkMoveResponse = z
  .object({
    dryRun: z.boolean().describe('True: nothing was done.'),
    moved: z.int(),
    refused: z.int(),
    items: z.array(moveOutcome).describe('Each saga that was looked at, the oldest first.'),
    next: z
      .uuid()
      .nullable()
      .describe('The last saga that was looked at: ask for more with `after`. Null: there are no more.'),
  })
  .meta({
    examples: [
      {
        dryRun: true,
        moved: 0,
        refused: 1,
        items: [
          {
            sagaId,
            correlationId: order,
            outcome: 'refused',
            code: 'SAGA.DIVERGED',
            step: 'reserve-inventory',
            reason: 'v2 has "reserve-inventory" before "charge-payment", and the saga has not',
          },
        ],
        next: null,
      },
    ],
  });

export type BulkMoveResponse = z.infer<typeof bulkMoveResponse>;
