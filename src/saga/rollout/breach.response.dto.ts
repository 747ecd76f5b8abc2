import { z } from 'zod';
import { pageQuery } from '../../platform/http/page.js';
import { sagaStatus } from '../admin/saga-status.dto.js';
import { breach } from './rollout.response.dto.js';

export const breachQuery = z.strictObject(pageQuery);

export const breachCursor = z.strictObject({ id: z.uuid() });

const choice = z.object({
  choice: z.enum(['leave', 'pause', 'move', 'compensate']),
  applies: z.boolean().describe('As the saga stands now. A call that is under way may put it off.'),
  text: z.string().describe('What it means, or why it does not apply.'),
  request: z
    .object({
      method: z.literal('POST'),
      path: z.string(),
      headers: z.object({ 'If-Match': z.string() }),
      body: z.looseObject({ reason: z.string() }),
    })
    .nullable()
    .describe('What does it; null: nothing is to be sent, or it does not apply.'),
});

export const breachResponse = z
  .object({
    breach,
    control: z.int().nullable().describe('The version that new sagas get instead.'),
    rules: z
      .array(z.object({ when: z.looseObject({}), version: z.int() }))
      .describe('Rules that still give the version: somebody has named whom they are for.'),
    items: z
      .array(
        z.object({
          id: z.uuid(),
          correlationId: z.string(),
          status: sagaStatus,
          currentStep: z.string().nullable(),
          revision: z.int(),
          choices: z.array(choice),
        }),
      )
      .describe('Sagas in flight on the version, newest first.'),
    nextCursor: z.string().nullable(),
  })
  .meta({
    examples: [{ breach: null, control: null, rules: [], items: [], nextCursor: null }],
  });

export type BreachQuery = z.infer<typeof breachQuery>;
export type BreachReport = z.infer<typeof breachResponse>;
