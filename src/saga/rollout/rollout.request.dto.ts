import { z } from 'zod';

const reason = z.string().trim().min(1).max(500).describe('Why; it stands in the audit.');
const version = z.int().min(1).max(2_147_483_647);
const text = z.string().min(1).max(200);

/** Names of headers that say who calls: what they hold is no business of a rule, nor of the audit. */
const secretHeaders = new Set(['authorization', 'cookie', 'proxy-authorization', 'webhook-signature']);

export const shares = z
  .record(
    z.string().regex(/^[1-9]\d{0,9}$/, { error: 'A version is a whole number from 1.' }),
    z.int().min(0).max(100),
  )
  .superRefine((all, context) => {
    const sum = Object.values(all).reduce((total, share) => total + share, 0);
    if (sum === 100) return;
    const message = `The shares add up to ${sum}; they have to add up to 100.`;
    context.addIssue({ code: 'custom', params: { code: 'SAGA.SHARES_NOT_100' }, message });
  });

const condition = z
  .union([
    z.strictObject({ customer: z.array(text).min(1).max(1_000) }),
    z.strictObject({
      header: z.strictObject({
        name: z
          .string()
          .regex(/^[\w-]{1,100}$/)
          .refine((name) => !secretHeaders.has(name.toLowerCase()), {
            error: 'A rule does not look at keys and signatures.',
          }),
        values: z.array(z.string().max(200)).min(1).max(1_000),
      }),
    }),
    z.strictObject({ flag: text }),
  ])
  .describe(
    'One of: `customer`, the order is for one of these; `header`, the request has it with one of these values; `flag`, ' +
      'the request names it in `X-Feature-Flags`, separated by commas. Values are compared exactly.',
  );

export const rules = z
  .array(z.strictObject({ when: condition, version }))
  .max(100)
  .describe('Before the shares; the first one that fits decides.');

const excess = z
  .number()
  .min(0)
  .max(0.99)
  .optional()
  .describe("By how much the candidate's rate may be above the control's: 0.05 is five in a hundred.");

const guard = z
  .strictObject({
    candidate: version.describe(
      'Whose share is taken back, and given to the control, when it breaks a limit.',
    ),
    control: version.describe('What it is compared with, over the same time.'),
    minimumSample: z
      .int()
      .min(1)
      .max(1_000)
      .default(20)
      .describe('Orders that each of the two must have been given before anything is concluded.'),
    maxExcess: z
      .strictObject({ failure: excess, compensation: excess, slow: excess })
      .refine((limits) => Object.values(limits).some((limit) => limit !== undefined), {
        error: 'Name at least one limit: failure, compensation or slow.',
      })
      .describe(
        '`failure`: parked or terminated. `compensation`: turned back. `slow`: takes longer than `slowAfterMs`.',
      ),
    slowAfterMs: z.int().min(1).max(2_147_483_647).optional().describe('Needed with a limit for `slow`.'),
    alpha: z
      .number()
      .min(0.0001)
      .max(0.5)
      .default(0.05)
      .describe(
        'How likely a candidate that keeps its limits is taken back all the same, over the whole watch.',
      ),
  })
  .superRefine(({ maxExcess, slowAfterMs }, context) => {
    if ((maxExcess.slow === undefined) === (slowAfterMs === undefined)) return;
    const message = 'A limit for `slow` and `slowAfterMs` go together.';
    context.addIssue({ code: 'custom', path: ['slowAfterMs'], message });
  });

export const putRolloutRequest = z
  .strictObject({
    shares: shares.describe('Whole percents by version; 100 in all. A version that is left out gets none.'),
    rules: rules.default([]),
    stickyBy: z
      .enum(['order', 'customer'])
      .default('order')
      .describe('`customer`: all orders of a customer fall to the same side of the shares.'),
    guard: guard
      .optional()
      .describe('Watches a candidate from now on. Left out: nobody does, also if somebody did so far.'),
    reason,
  })
  .meta({
    examples: [
      { shares: { 1: 0, 2: 100 }, reason: 'Version 2 has proved itself.' },
      {
        shares: { 1: 90, 2: 10 },
        rules: [{ when: { flag: 'new-fulfillment' }, version: 2 }],
        guard: {
          candidate: 2,
          control: 1,
          minimumSample: 20,
          maxExcess: { failure: 0.05, compensation: 0.05 },
        },
        reason: 'A canary.',
      },
    ],
  });

export const putStateRequest = z
  .strictObject({
    state: z
      .enum(['active', 'deprecated', 'closed'])
      .describe('`deprecated`: still given to new sagas, with a warning. `closed`: not any more.'),
    reason,
  })
  .meta({ examples: [{ state: 'deprecated', reason: 'Replaced by the next version.' }] });

export type PutRolloutRequest = z.infer<typeof putRolloutRequest>;
export type PutStateRequest = z.infer<typeof putStateRequest>;
