import { sqlInvariant } from '../invariant.js';
import { endedSagas, endedSagasValues } from '../scope.js';

interface Row {
  sagaId: string;
  orderId: string;
  sagaStatus: string;
  /** Null: there is no such order. */
  orderStatus: string | null;
}

const disagrees = 'ORDERS.STATUS_NOT_AS_SAGA';
const noOrder = 'SAGA.WITHOUT_ORDER';

/**
 * An order came about exactly when its saga completed, and was undone exactly when its saga was compensated (or
 * terminated). Parked and paused sagas are a person's business: how far their orders are is not judged.
 */
export const statusAgrees = sqlInvariant<Row>({
  codes: [disagrees, noOrder],
  sql: `
    WITH ${endedSagas}, moving AS MATERIALIZED (
      SELECT saga_id, status, correlation_id::uuid AS order_id
        FROM saga.instance_books
       WHERE definition = 'order-fulfillment' AND status IN ('running', 'waiting', 'compensating')
    ), sagas AS (
      TABLE ended UNION ALL TABLE moving
    )
    SELECT g.saga_id AS "sagaId", g.order_id AS "orderId", g.status AS "sagaStatus", o.status AS "orderStatus"
      FROM sagas g
      LEFT JOIN orders.order_books o USING (order_id)
     WHERE o.order_id IS NULL
        OR o.status <> ALL (CASE g.status
             WHEN 'completed' THEN ARRAY['confirmed', 'shipped', 'delivered']
             WHEN 'compensated' THEN ARRAY['cancelled', 'rejected']
             WHEN 'terminated' THEN ARRAY['cancelled']
             ELSE ARRAY['pending', 'cancelling'] END)`,
  values: endedSagasValues,
  explain: ({ sagaId, orderId, sagaStatus, orderStatus }) => ({
    sagaId,
    orderId,
    ...(orderStatus === null
      ? {
          code: noOrder,
          text: `There is a saga for order ${orderId}, but no such order.`,
          repair: 'Restore the order from a backup; pause the saga until then if it is still on its way.',
        }
      : {
          code: disagrees,
          text: `Order ${orderId} is ${orderStatus}, but its saga is ${sagaStatus}.`,
          repair: `Read GET /v1/admin/sagas/${sagaId}/journal: it is the truth; correct the order's status to it.`,
        }),
  }),
});
