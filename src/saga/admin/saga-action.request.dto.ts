import { z } from 'zod';

const common = {
  reason: z.string().trim().min(1).max(500).describe('Why; it stands in the journal and in the audit.'),
  dryRun: z
    .boolean()
    .default(false)
    .describe('True: nothing is done, and nothing audited; `consequences` tells what would be.'),
};

export const sagaActionRequest = z
  .strictObject(common)
  .meta({ examples: [{ reason: 'The gateway is back.' }] });

export type SagaActionRequest = z.infer<typeof sagaActionRequest>;

export const moveRequest = z
  .strictObject({
    ...common,
    toVersion: z.int().min(1).max(2_147_483_647).describe('The version under which the saga is to go on.'),
  })
  .meta({ examples: [{ toVersion: 1, reason: 'v2 is taken back.', dryRun: true }] });

export type MoveRequest = z.infer<typeof moveRequest>;

export const skipRequest = z
  .strictObject({
    ...common,
    result: z
      .record(z.string(), z.unknown())
      .describe(
        "The step's result: it must fit the schema of its outcome event. Of a compensation: the evidence that it was " +
          'settled outside, in any form.',
      ),
    step: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .describe('The step; of a closing its name. Needed when more than one is stuck.'),
  })
  .meta({
    examples: [
      {
        reason: 'Approved by telephone.',
        result: { orderId: '019f643a-0c50-7a3b-8c4d-5e6f7a8b9c0d', by: 'ann' },
      },
    ],
  });

export type SkipRequest = z.infer<typeof skipRequest>;
