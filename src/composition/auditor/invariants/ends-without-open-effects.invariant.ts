import { sqlInvariant } from '../invariant.js';
import { orderOf } from '../../about-orders.js';
import { endedSagasValues } from '../scope.js';

interface Row {
  sagaId: string;
  definition: string;
  correlationId: string;
  status: string;
  openEffects: number;
}

const code = 'SAGA.ENDED_WITH_OPEN_EFFECT';

/** No saga of any definition is over while something that it did still waits to be undone. */
export const endsWithoutOpenEffects = sqlInvariant<Row>({
  codes: [code],
  sql: `
    SELECT saga_id AS "sagaId", definition, correlation_id AS "correlationId", status,
           open_effects AS "openEffects"
      FROM saga.instance_books
     WHERE ended_at IS NOT NULL AND open_effects > 0
       AND ((ended_at > $1::timestamptz AND ended_at <= $2::timestamptz)
            OR saga_id = ANY ($3::uuid[]) OR correlation_id = ANY ($4::text[]))`,
  values: endedSagasValues,
  explain: ({ sagaId, definition, correlationId, status, openEffects }) => ({
    code,
    sagaId,
    orderId: orderOf(definition, correlationId),
    text: `Saga ${sagaId} has ended ${status} with ${openEffects} effect(s) that were never undone.`,
    repair: `Read GET /v1/admin/sagas/${sagaId}: undo by hand each step that succeeded and has no succeeded compensation.`,
  }),
});
