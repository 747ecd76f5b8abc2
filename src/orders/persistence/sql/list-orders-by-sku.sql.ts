import { statement } from '../../../platform/database/statement.js';
import { ORDER_COLUMNS } from '../order-row.js';

/**
 * At most $7 orders that contain product $1, newest first, by the index by product: status $2, customer $3, ids
 * from $4 on and below $5 and $6; null does not filter.
 *
 * `OFFSET 0` keeps the lookup a lookup. As a plain join the planner walks all orders from the newest to meet the
 * product's, which for one that is no longer sold is a walk through everything since.
 */
export const listOrdersBySku = statement(
  'orders.list-orders-by-sku',
  `SELECT o.*
     FROM orders.order_sku s
    CROSS JOIN LATERAL (
      SELECT ${ORDER_COLUMNS}
        FROM orders."order"
       WHERE id = s.order_id
         AND ($2::text IS NULL OR status = $2)
         AND ($3::text IS NULL OR customer_id = $3)
      OFFSET 0
    ) o
    WHERE s.sku = $1
      AND s.order_id >= coalesce($4::uuid, '00000000-0000-0000-0000-000000000000')
      AND s.order_id < coalesce(least($5::uuid, $6::uuid), 'ffffffff-ffff-ffff-ffff-ffffffffffff')
    ORDER BY s.order_id DESC
    LIMIT $7`,
);
