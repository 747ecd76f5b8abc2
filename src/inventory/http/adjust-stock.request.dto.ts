import { z } from 'zod';

/** A delivery, a count, a loss. */
export const adjustStockRequest = z
  .strictObject({
    quantity: z
      .int32()
      .refine((quantity) => quantity !== 0, { error: 'An adjustment by nothing is none.' })
      .describe('Pieces to add to what is on hand; negative takes away; not zero.'),
    reason: z.string().trim().min(1).max(500).describe('Why, for the ledger.'),
  })
  .meta({ examples: [{ quantity: 100, reason: 'delivery 2026-4711' }] });

export type AdjustStockRequest = z.infer<typeof adjustStockRequest>;
