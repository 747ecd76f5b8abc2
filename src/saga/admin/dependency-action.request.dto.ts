import { z } from 'zod';

const reason = z.string().trim().min(1).max(500).describe('Why; it stands in the audit.');

export const dependencyName = z
  .string()
  .min(1)
  .max(200)
  .meta({ description: 'As the definitions name it.', example: 'carrier' });

export const holdRequest = z
  .strictObject({ reason })
  .meta({ examples: [{ reason: 'The carrier moves its data centre tonight.' }] });

export const releaseRequest = z
  .strictObject({
    reason,
    ratePerSecond: z
      .int()
      .min(1)
      .max(10_000)
      .optional()
      .describe('Held sagas that are let go a second; left out: 50.'),
  })
  .meta({ examples: [{ reason: 'The carrier is back.', ratePerSecond: 20 }] });

export type HoldRequest = z.infer<typeof holdRequest>;
export type ReleaseRequest = z.infer<typeof releaseRequest>;
