import { amount } from '../../amount.js';
import { sqlInvariant } from '../invariant.js';
import { endedSagas, endedSagasValues, settledByHand } from '../scope.js';

interface Row {
  sagaId: string;
  orderId: string;
  status: string;
  currency: string;
  owed: number;
  kept: number;
  inOtherCurrency: boolean;
}

const code = 'BILLING.KEPT_NOT_AS_OWED';

/**
 * What was captured and not given back is what the order owes: its total once it came about, nothing once it was
 * undone. An order on its way owes nothing definite until its saga ends. Of a terminated saga nothing is asked:
 * a person has left its effects as they are, by name.
 */
export const moneyAsOwed = sqlInvariant<Row>({
  codes: [code],
  sql: `
    WITH ${endedSagas}, kept AS (
      SELECT e.saga_id, e.status AS saga_status, o.order_id, o.status, o.currency, o.total_amount,
             COALESCE(sum(p.captured_amount - p.refunded_amount), 0)::bigint AS kept,
             COALESCE(bool_or(p.currency <> o.currency AND p.captured_amount > p.refunded_amount), false)
               AS in_other_currency
        FROM ended e
        JOIN orders.order_books o USING (order_id)
        LEFT JOIN billing.payment_books p USING (order_id)
       WHERE e.status <> 'terminated'
       GROUP BY e.saga_id, e.status, o.order_id, o.status, o.currency, o.total_amount
    ), judged AS (
      SELECT *, CASE WHEN saga_status = 'compensated' OR status IN ('cancelled', 'rejected') THEN 0
                     ELSE total_amount END AS owed
        FROM kept
    )
    SELECT saga_id AS "sagaId", order_id AS "orderId", status, currency, owed, kept,
           in_other_currency AS "inOtherCurrency"
      FROM judged
     WHERE (kept <> owed OR in_other_currency) AND NOT ${settledByHand('judged.saga_id')}`,
  values: endedSagasValues,
  explain: ({ sagaId, orderId, status, currency, owed, kept, inOtherCurrency }) => ({
    code,
    sagaId,
    orderId,
    text: inOtherCurrency
      ? `Order ${orderId} is ${status} and in ${currency}, but money of another currency is kept for it.`
      : `Order ${orderId} is ${status} and owes ${amount(owed, currency)}, but ${amount(kept, currency)} is kept for it.`,
    repair:
      kept > owed || inOtherCurrency
        ? 'Compare GET /v1/payments?orderId= with the gateway and refund there what is kept too much.'
        : 'Compare GET /v1/payments?orderId= with the gateway: record a charge that we missed, or bill the customer.',
  }),
});
