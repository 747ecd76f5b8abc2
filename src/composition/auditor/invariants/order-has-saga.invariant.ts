import { sqlInvariant } from '../invariant.js';

interface Row {
  orderId: string;
  status: string;
}

const code = 'ORDERS.WITHOUT_SAGA';

/**
 * Every order has the saga that was stored with it, but for old ones whose history was dropped. Between complete checks
 * only orders on their way are asked.
 */
export const orderHasSaga = sqlInvariant<Row>({
  codes: [code],
  sql: `
    SELECT o.order_id AS "orderId", o.status
      FROM orders.order_books o
     WHERE ($1 OR o.status IN ('pending', 'cancelling') OR o.order_id = ANY ($2::uuid[]))
       AND (o.status IN ('pending', 'cancelling')
            OR o.created_at >= (SELECT kept_since FROM saga.history_books))
       AND NOT EXISTS (SELECT FROM saga.instance_books s
                        WHERE s.correlation_id = o.order_id::text AND s.definition = 'order-fulfillment')`,
  values: ({ complete, standing }) => [complete, standing.flatMap(({ orderId }) => orderId ?? [])],
  explain: ({ orderId, status }) => ({
    code,
    orderId,
    sagaId: null,
    text: `Order ${orderId} is ${status} and has no saga: nobody will go on with it.`,
    repair:
      'Look for payments, a reservation and shipments of the order and undo what there is; then let it be placed again.',
  }),
});
