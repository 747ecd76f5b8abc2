import { statement } from '../../../platform/database/statement.js';

/** $1 … $13: one array a column, one element an order; lines as JSON texts. */
export const insertOrders = statement(
  'orders.insert-orders',
  `WITH placed AS (
     INSERT INTO orders."order" (
       id, customer_id, currency, total_amount, payment_method, lines, ship_to_name, ship_to_line1, ship_to_line2,
       ship_to_city, ship_to_postal_code, ship_to_country, created_at, updated_at, status, version, status_history
     )
     SELECT p.*, p.created_at, 'pending', 1,
            jsonb_build_array(
              jsonb_build_object('version', 1, 'status', 'pending', 'at', p.created_at, 'code', NULL)
            )
       FROM unnest(
              $1::uuid[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::jsonb[], $7::text[], $8::text[],
              $9::text[], $10::text[], $11::text[], $12::text[], $13::timestamptz[]
            ) AS p (
              id, customer_id, currency, total_amount, payment_method, lines, ship_to_name, ship_to_line1,
              ship_to_line2, ship_to_city, ship_to_postal_code, ship_to_country, created_at
            )
   )
   INSERT INTO orders.order_sku (sku, order_id)
   SELECT line ->> 'sku', p.id
     FROM unnest($1::uuid[], $6::jsonb[]) AS p (id, lines), jsonb_array_elements(p.lines) AS line`,
);
