import { z } from 'zod';
import { sagaExample } from './saga-examples.js';
import { sagaResponse } from './saga.response.dto.js';

/** The saga as it is after an action, and what the action led to. */
export const sagaActionResponse = sagaResponse
  .extend({
    dryRun: z.boolean().describe('True: nothing was done; the saga is as it was.'),
    consequences: z
      .array(z.string())
      .describe('What follows from the action, in words; see the journal for facts.'),
  })
  .meta({
    examples: [
      {
        ...sagaExample,
        dryRun: true,
        consequences: ['undoes charge-payment again, under the same reference: refunds 39.98 EUR'],
      },
    ],
  });

export type SagaActionResponse = z.infer<typeof sagaActionResponse>;
