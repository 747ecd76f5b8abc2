import { statement } from '../../../platform/database/statement.js';

/**
 * What has been captured and not given back, or may have been, for the orders of the sagas $2, by currency. $1: the
 * definitions whose business key is an order's id.
 */
export const readMoneyOfSagas = statement(
  'risk.read-money-of-sagas',
  `WITH concerned AS MATERIALIZED (
     SELECT DISTINCT key::uuid AS order_id
       FROM (SELECT CASE WHEN definition = ANY ($1::text[]) THEN correlation_id END AS key
               FROM saga.instance_books WHERE saga_id = ANY ($2::uuid[])) AS s
      WHERE key IS NOT NULL
   )
   SELECT p.currency, sum(p.captured_amount - p.refunded_amount + p.doubtful_amount)::bigint AS amount
     FROM concerned c
    CROSS JOIN LATERAL (SELECT * FROM billing.payment_books p WHERE p.order_id = c.order_id OFFSET 0) AS p
    WHERE p.captured_amount - p.refunded_amount + p.doubtful_amount > 0
    GROUP BY p.currency ORDER BY p.currency`,
);
