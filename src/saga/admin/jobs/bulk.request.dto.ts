import { z } from 'zod';
import { pageQuery } from '../../../platform/http/page.js';
import { sagaStatus } from '../saga-status.dto.js';
import { jobStatuses } from './job-status.js';

const word = z.string().min(1).max(200);

/** As for the list of sagas. */
const filter = z
  .strictObject({
    status: sagaStatus.exclude(['completed', 'compensated', 'terminated']).optional(),
    definition: word.optional(),
    version: z.int().min(1).max(2_147_483_647).optional(),
    step: word.optional().describe('The step at which they are, or which fails.'),
    errorCode: word.optional(),
    correlationId: word.optional(),
    stuckForSeconds: z.int().min(0).max(315_360_000).optional(),
  })
  .refine((given) => Object.values(given).some((value) => value !== undefined), {
    message: 'Say which sagas: at least one condition.',
  })
  .describe(
    'Which sagas, as for their list; conditions are combined by "and", and there is at least one. Those that fit ' +
      'now are the job; each is left alone that does not fit any more when its turn has come.',
  );

export const bulkRequest = z
  .strictObject({
    action: z.enum(['retry', 'compensate', 'pause', 'resume', 'terminate']),
    filter,
    reason: z.string().trim().min(1).max(500).describe('Why; it stands in each journal and in the audit.'),
    dryRun: z
      .boolean()
      .default(false)
      .describe('True: nothing is done; each result tells in words what would follow.'),
    probe: z
      .boolean()
      .default(true)
      .describe('One saga first; the others once it is past its failure. Default true.'),
    ratePerSecond: z.int().min(1).max(1_000).default(10).describe('Sagas acted on a second. Default 10.'),
    stopOnRepeat: z
      .boolean()
      .default(true)
      .describe('Stop when one fails again as it did before, or the probe in any way. Default true.'),
  })
  .meta({
    examples: [
      {
        action: 'retry',
        filter: { step: 'arrange-shipping', errorCode: 'SHIPPING.UNAVAILABLE' },
        reason: 'The carrier is back.',
        dryRun: false,
        probe: true,
        ratePerSecond: 20,
        stopOnRepeat: true,
      },
    ],
  });

export type BulkRequest = z.infer<typeof bulkRequest>;

export const cancelJobRequest = z
  .strictObject({ reason: z.string().trim().min(1).max(500).describe('Why; it stands in the audit.') })
  .meta({ examples: [{ reason: 'The carrier is down again.' }] });

export type CancelJobRequest = z.infer<typeof cancelJobRequest>;

export const listJobsQuery = z.strictObject({
  ...pageQuery,
  status: z.enum(jobStatuses).optional().describe('Only jobs that stand so.'),
});
export type ListJobsQuery = z.infer<typeof listJobsQuery>;

/** Where the next page of jobs begins: after this one. */
export const jobCursor = z.strictObject({ id: z.uuid() });

export const readJobQuery = z.strictObject(pageQuery);
export type ReadJobQuery = z.infer<typeof readJobQuery>;

/** Where the next page of results begins: after this one. */
export const jobItemCursor = z.strictObject({ number: z.int().min(1) });
