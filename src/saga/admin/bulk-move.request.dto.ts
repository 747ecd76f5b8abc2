import { z } from 'zod';

const version = z.int().min(1).max(2_147_483_647);

export const bulkMoveRequest = z
  .strictObject({
    from: version.describe('The version whose sagas are to be moved.'),
    to: version.describe('The version under which they are to go on.'),
    reason: z.string().trim().min(1).max(500).describe('Why; it stands in each journal and in the audit.'),
    dryRun: z
      .boolean()
      .default(false)
      .describe('True: nothing is done, and nothing audited; the answer tells what would be.'),
    limit: z.int().min(1).max(200).default(50).describe('How many sagas at most: 1–200, 50 by default.'),
    after: z
      .uuid()
      .toLowerCase()
      .optional()
      .describe('Begins after this saga: `next` of the answer before. Left out: with the oldest.'),
  })
  .meta({
    examples: [{ from: 1, to: 2, reason: 'v2 holds the stock before it charges.', dryRun: true }],
  });

export type BulkMoveRequest = z.infer<typeof bulkMoveRequest>;
