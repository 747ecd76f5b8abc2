import { statement } from '../../../platform/database/statement.js';
import { failingOrders } from './failing-orders.js';

/**
 * What each failing group has captured and not given back, or may have: a row a currency. `OFFSET 0` keeps the planner
 * from joining in another way than by the index: it would read the payments of all time for some hundred orders.
 */
export const readMoneyOfFailures = statement(
  'risk.read-money-of-failures',
  `WITH ${failingOrders}
   SELECT f.definition, f.version, f.step, f.error_code AS "errorCode", p.currency,
          sum(p.captured_amount - p.refunded_amount + p.doubtful_amount)::bigint AS amount
     FROM failing f
    CROSS JOIN LATERAL (SELECT * FROM billing.payment_books p WHERE p.order_id = f.order_id OFFSET 0) AS p
    WHERE p.captured_amount - p.refunded_amount + p.doubtful_amount > 0
    GROUP BY f.definition, f.version, f.step, f.error_code, p.currency
    ORDER BY p.currency`,
);
