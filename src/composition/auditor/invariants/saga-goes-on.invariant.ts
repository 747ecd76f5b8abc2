import { sqlInvariant, type Invariant } from '../invariant.js';
import { orderOf } from '../../about-orders.js';

interface Row {
  sagaId: string;
  definition: string;
  correlationId: string;
  status: string;
  owned: boolean;
}

const nobody = 'SAGA.NOBODY_GOES_ON';
const waits = 'SAGA.WAITS_FOR_NOTHING';

/**
 * Somebody goes on with every saga that is not held: it has a wake-up, or a worker that lives. One that waits may
 * have registered what it waits for instead, or it waits for another saga, which tells: see `child-hears-verdict`.
 *
 * @param patienceSeconds how long the sagas of a lost worker may take to be taken over
 */
export const sagaGoesOn = (patienceSeconds: number): Invariant =>
  sqlInvariant<Row>({
    codes: [nobody, waits],
    sql: `
      SELECT saga_id AS "sagaId", definition, correlation_id AS "correlationId", status,
             owner IS NOT NULL AS owned
        FROM saga.instance_books
       WHERE status IN ('running', 'compensating', 'waiting')
         AND wake_at IS NULL
         AND (owner IS NULL
              OR greatest(owned_until, updated_at) < clock_timestamp() - make_interval(secs => $1::float8))
         AND (status <> 'waiting' OR open_waits <= 0)
         AND NOT (status = 'waiting' AND EXISTS (
               SELECT FROM saga.journal j
                WHERE j.saga_id = instance_books.saga_id
                  AND (j.entries @? '$[*] ? (@.kind == "done" || (@.kind == "accepted" && @.askAt == null))'
                       OR j.entries @? '$[*] ? (@.kind == "continued").state ? (@.doneAt != null)'
                       OR j.entries @? '$[*] ? (@.kind == "continued").state.steps[*].* ?
                            (@.status == "accepted" && @.confirmBy == null)')))`,
    values: () => [patienceSeconds],
    explain: ({ sagaId, definition, correlationId, status, owned }) => ({
      sagaId,
      orderId: orderOf(definition, correlationId),
      ...(status === 'waiting'
        ? {
            code: waits,
            text: `Saga ${sagaId} is waiting, but has neither a wake-up nor anything it waits for.`,
            repair: `Read GET /v1/admin/sagas/${sagaId}/journal and POST /v1/admin/sagas/${sagaId}/compensate, or give it a wake_at.`,
          }
        : {
            code: nobody,
            text: owned
              ? `Saga ${sagaId} is ${status}, but the worker that owns it is gone and no other has taken it over.`
              : `Saga ${sagaId} is ${status}, but nobody owns it and nothing will wake it.`,
            repair: owned
              ? 'Start a worker that knows its definition and version: it takes the saga over.'
              : `POST /v1/admin/sagas/${sagaId}/pause and then /resume: that makes it due.`,
          }),
    }),
  });
