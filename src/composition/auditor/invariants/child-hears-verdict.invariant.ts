import { sqlInvariant } from '../invariant.js';
import { orderOf } from '../../about-orders.js';

interface Row {
  sagaId: string;
  definition: string;
  correlationId: string;
  parentId: string;
  parentStatus: string;
}

const code = 'SAGA.CHILD_WITHOUT_VERDICT';

/** What a child did stays or is undone as its parent ends: nobody waits for a saga that is over. */
export const childHearsVerdict = sqlInvariant<Row>({
  codes: [code],
  sql: `
    SELECT c.saga_id AS "sagaId", c.definition, c.correlation_id AS "correlationId",
           p.saga_id AS "parentId", p.status AS "parentStatus"
      FROM saga.instance_books c
      JOIN saga.journal j ON j.saga_id = c.saga_id AND j.seq = 1
      JOIN saga.instance_books p ON p.saga_id = (j.entries -> 0 -> 'parent' ->> 'sagaId')::uuid
     WHERE c.status = 'waiting' AND c.wake_at IS NULL
       AND p.ended_at < clock_timestamp() - interval '1 minute'
       AND EXISTS (SELECT FROM saga.journal d
                    WHERE d.saga_id = c.saga_id AND d.entries @> '[{"kind": "done"}]')`,
  values: () => [],
  explain: ({ sagaId, definition, correlationId, parentId, parentStatus }) => ({
    code,
    sagaId,
    orderId: orderOf(definition, correlationId),
    text: `Saga ${sagaId} is done and waits for the verdict of ${parentId}, which has ended ${parentStatus}.`,
    repair: `Look for deliveries of saga.verdict.v1 about ${sagaId} that fail; if there is none, POST /v1/admin/sagas/${sagaId}/terminate.`,
  }),
});
