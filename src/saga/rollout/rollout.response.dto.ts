import { z } from 'zod';

const time = z.iso.datetime();
const shares = z.record(z.string(), z.int()).describe('Whole percents by version.');

const limits = z.object({
  failure: z.number().optional(),
  compensation: z.number().optional(),
  slow: z.number().optional(),
});

const guard = z.object({
  candidate: z.int(),
  control: z.int(),
  minimumSample: z.int(),
  maxExcess: limits,
  slowAfterMs: z.int().nullable(),
  alpha: z.number(),
  since: time.describe('What began since is observed.'),
});

const observed = z.object({
  started: z.int().describe('Got the version by its share since the guard began.'),
  failure: z.int().describe('Of these, parked or terminated.'),
  compensation: z.int().describe('Turned back.'),
  slow: z.int().describe('Take or took longer than `slowAfterMs`.'),
});

export const breach = z
  .object({
    at: time,
    metric: z.enum(['failure', 'compensation', 'slow']),
    evidence: z
      .number()
      .describe('So many times likelier, at the least, than under any two rates that keep the limit.'),
    counts: z.object({ candidate: observed, control: observed }),
    guard,
    share: z.int().describe("The candidate's share that was taken back."),
  })
  .nullable();

const condition = z.looseObject({}).describe('`customer`, `header` or `flag`.');

export const rolloutResponse = z
  .object({
    definition: z.string(),
    revision: z
      .int()
      .describe('Goes up with every change; what `If-Match` compares. 0: nobody has changed it.'),
    shares,
    rules: z.array(z.object({ when: condition, version: z.int() })).readonly(),
    stickyBy: z.enum(['order', 'customer']),
    states: z
      .record(z.string(), z.enum(['active', 'deprecated', 'closed']))
      .describe('By version; one that is missing is active.'),
    guard: guard
      .extend({
        observed: z.object({ candidate: observed, control: observed }).describe('What it has seen so far.'),
        evidence: z
          .record(z.string(), z.number())
          .describe('By limit: how strongly that speaks against it. At `needed` it is broken.'),
        needed: z.number(),
      })
      .nullable()
      .describe('Null: nobody watches.'),
    breach: breach.describe(
      'Why the last guard took its candidate back; null: none did since the last change.',
    ),
    changedAt: time.nullable(),
    changedBy: z.string().nullable(),
    inFlight: z
      .array(z.object({ version: z.int(), status: z.string(), count: z.int() }))
      .describe('Sagas that have not ended. They keep their versions, whatever the rollout says.'),
    consequences: z.array(z.string()).describe('What it means, in words.'),
  })
  .meta({
    examples: [
      {
        definition: 'order-fulfillment',
        revision: 7,
        shares: { 1: 90, 2: 10 },
        rules: [{ when: { flag: 'new-fulfillment' }, version: 2 }],
        stickyBy: 'order',
        states: { 1: 'active', 2: 'active' },
        guard: {
          candidate: 2,
          control: 1,
          minimumSample: 20,
          maxExcess: { failure: 0.05 },
          slowAfterMs: null,
          alpha: 0.05,
          since: '2026-07-15T09:30:00.000Z',
          observed: {
            candidate: { started: 31, failure: 1, compensation: 2, slow: 0 },
            control: { started: 274, failure: 3, compensation: 9, slow: 0 },
          },
          evidence: { failure: 0.04 },
          needed: 20,
        },
        breach: null,
        changedAt: '2026-07-15T09:30:00.000Z',
        changedBy: 'demo-operator',
        inFlight: [{ version: 1, status: 'running', count: 3 }],
        consequences: [
          'From the next one on 10 % get v2 and 90 % get v1.',
          '3 in flight on v1 (3 running) go on with it to their end.',
        ],
      },
    ],
  });

export type RolloutReport = z.infer<typeof rolloutResponse>;
