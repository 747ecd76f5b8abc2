import { statement } from '../../../platform/database/statement.js';

/**
 * Erases name and address of at most $4 orders of customer $1 that are in one of the statuses $2, in the order
 * of their ids, beginning after $3. In slices, because one transaction over a whole history would hold its locks
 * too long.
 */
export const erasePersonalData = statement(
  'orders.erase-personal-data',
  `WITH settled AS (
     SELECT id
       FROM orders."order"
      WHERE customer_id = $1 AND id > $3::uuid AND status = ANY($2::text[]) AND ship_to_name IS NOT NULL
      ORDER BY id
      LIMIT $4
        FOR UPDATE
   )
   UPDATE orders."order" o
      SET ship_to_name = NULL, ship_to_line1 = NULL, ship_to_line2 = NULL, ship_to_city = NULL,
          ship_to_postal_code = NULL, ship_to_country = NULL,
          version = o.version + 1, updated_at = greatest(now(), o.updated_at)
     FROM settled s
    WHERE o.id = s.id
   RETURNING o.id`,
);
