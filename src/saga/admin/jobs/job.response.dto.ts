import { z } from 'zod';
import { page, pageOf } from '../../../platform/http/page.js';
import { sagaId } from '../saga-examples.js';
import { jobStatuses, type JobItemStatus } from './job-status.js';
import type { JobCounts, JobItemRow, JobRow } from './job-store.js';

export const jobId = z
  .uuid()
  .toLowerCase()
  .meta({ description: 'The job.', example: '019f6450-11aa-7bb0-9c3d-4e5f6a7b8c9d' });

const itemStatus = z.enum([
  'waiting',
  'under-way',
  'moved-on',
  'failed-again',
  'refused',
  'previewed',
] satisfies JobItemStatus[]);

const item = z.object({
  number: z.int().describe('Its turn, from 1.'),
  sagaId: z.uuid(),
  status: itemStatus.describe(
    '`waiting`: nothing was done to it yet, or ever, once the job has ended. `under-way`: acted on, and not seen ' +
      'since. `moved-on`: it is past its failure. `failed-again`: at the same step. `refused`: nothing was done, ' +
      'see `code`. `previewed`: by a dry run.',
  ),
  code: z.string().nullable().describe('Of the refusal, or with which it fails now.'),
  detail: z.string().nullable(),
  consequences: z.array(z.string()).nullable().describe('What follows from the action, in words.'),
  actedAt: z.iso.datetime().nullable(),
});

const count = z.int();

const job = z.object({
  id: z.uuid(),
  action: z.enum(['retry', 'compensate', 'pause', 'resume', 'terminate']),
  filter: z.record(z.string(), z.unknown()),
  reason: z.string(),
  actor: z.string().describe("The API key's name."),
  dryRun: z.boolean(),
  probe: z.boolean(),
  ratePerSecond: z.int(),
  stopOnRepeat: z.boolean(),
  status: z.enum(jobStatuses).describe('`stopped`: because a failure came back, see `endedBecause`.'),
  endedBecause: z.string().nullable(),
  progress: z
    .object({
      total: count,
      waiting: count,
      underWay: count,
      movedOn: count,
      failedAgain: count,
      refused: count,
      previewed: count,
    })
    .describe('Sagas by how they stand.'),
  createdAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().nullable(),
});

const jobExample = {
  id: '019f6450-11aa-7bb0-9c3d-4e5f6a7b8c9d',
  action: 'retry',
  filter: { step: 'arrange-shipping', errorCode: 'SHIPPING.UNAVAILABLE' },
  reason: 'The carrier is back.',
  actor: 'demo-operator',
  dryRun: false,
  probe: true,
  ratePerSecond: 20,
  stopOnRepeat: true,
  status: 'running',
  endedBecause: null,
  progress: { total: 500, waiting: 499, underWay: 1, movedOn: 0, failedAgain: 0, refused: 0, previewed: 0 },
  createdAt: '2026-07-15T09:50:00.000Z',
  finishedAt: null,
} as const;

export const jobResponse = job.meta({ examples: [jobExample] });

export const jobPage = pageOf(jobResponse);

/** A job as it is noted. */
export const orderedJob = job
  .extend({
    approvalId: z
      .uuid()
      .nullable()
      .describe('It moves more than `SECOND_PERSON_ABOVE` and waits for this approval; null: it runs.'),
  })
  .meta({ examples: [{ ...jobExample, approvalId: null }] });

export type OrderedJob = z.infer<typeof orderedJob>;

/** The job with a page of its results. */
export const jobWithItems = job.extend(pageOf(item).shape).meta({
  examples: [
    {
      ...jobExample,
      items: [
        {
          ...{ number: 1, sagaId, status: 'under-way', code: null, detail: null },
          consequences: ['calls arrange-shipping again, under the same reference'],
          actedAt: '2026-07-15T09:50:00.400Z',
        },
      ],
      nextCursor: null,
    },
  ],
});

export type JobResponse = z.infer<typeof jobResponse>;
export type JobWithItems = z.infer<typeof jobWithItems>;

export function toJob(row: JobRow, counts: JobCounts = new Map()): JobResponse {
  const { total, createdAt, finishedAt, filter, ...rest } = row;
  const of = (status: JobItemStatus) => counts.get(status) ?? 0;
  return {
    ...rest,
    filter: { ...filter },
    progress: {
      total,
      waiting: of('waiting'),
      underWay: of('under-way'),
      movedOn: of('moved-on'),
      failedAgain: of('failed-again'),
      refused: of('refused'),
      previewed: of('previewed'),
    },
    createdAt: createdAt.toISOString(),
    finishedAt: finishedAt?.toISOString() ?? null,
  };
}

export function toJobWithItems(
  row: JobRow,
  counts: JobCounts | undefined,
  items: readonly JobItemRow[],
  limit: number,
): JobWithItems {
  const toItem = ({ actedAt, consequences, ...one }: JobItemRow) => ({
    ...one,
    consequences: consequences && [...consequences],
    actedAt: actedAt?.toISOString() ?? null,
  });
  return { ...toJob(row, counts), ...page(items, limit, toItem, ({ number }) => ({ number })) };
}
