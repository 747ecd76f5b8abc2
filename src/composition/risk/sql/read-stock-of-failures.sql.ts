import { statement } from '../../../platform/database/statement.js';
import { failingOrders } from './failing-orders.js';

/** What each failing group has reserved, or taken and not returned: a row a product. By index, as for money. */
export const readStockOfFailures = statement(
  'risk.read-stock-of-failures',
  `WITH ${failingOrders}
   SELECT f.definition, f.version, f.step, f.error_code AS "errorCode", line ->> 'sku' AS sku,
          sum((line ->> 'quantity')::bigint)::bigint AS quantity
     FROM failing f
    CROSS JOIN LATERAL (SELECT * FROM inventory.reservation_books r WHERE r.order_id = f.order_id OFFSET 0) AS r
    CROSS JOIN LATERAL jsonb_array_elements(r.lines) AS line
    WHERE r.status IN ('reserved', 'committed')
    GROUP BY f.definition, f.version, f.step, f.error_code, line ->> 'sku'
    ORDER BY quantity DESC, sku`,
);
