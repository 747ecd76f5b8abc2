import { z } from 'zod';
import { pageQuery } from '../../platform/http/page.js';
import { sagaStatus } from './saga-status.dto.js';

const word = z.string().min(1).max(200);

/** Filters are combined by "and". */
export const listSagasQuery = z.strictObject({
  ...pageQuery,
  status: sagaStatus.optional(),
  definition: word.optional().describe('Only sagas of this definition.'),
  version: z.coerce
    .number()
    .int()
    .min(1)
    .max(2_147_483_647)
    .optional()
    .describe('Only sagas of this version.'),
  step: word
    .optional()
    .describe('Only sagas that have not ended and are at this step, fail at it, or are undoing it.'),
  errorCode: word
    .optional()
    .describe('Only sagas that are parked or backing off with this code; `SAGA.UNCLASSIFIED` for none.'),
  correlationId: word.optional().describe("Only sagas of this business key: the order's id."),
  stuckForSeconds: z.coerce
    .number()
    .int()
    .min(0)
    .max(315_360_000)
    .optional()
    .describe(
      'Only sagas that have been failing or parked for at least so long, or that run and have not moved for so ' +
        'long. Waiting for an event is not being stuck.',
    ),
});

export type ListSagasQuery = z.infer<typeof listSagasQuery>;

/** Where the next page begins: after this saga. */
export const sagaCursor = z.strictObject({ id: z.uuid() });
