import { statement } from '../../../platform/database/statement.js';

/**
 * Notes of at most $4 orders of customer $1 that are in one of the statuses $2, in the order of their ids, beginning
 * after $3, that their personal data are to be erased when they end. Their version stays: nobody sees a change.
 */
export const wishErasure = statement(
  'orders.wish-erasure',
  `WITH running AS (
     SELECT id
       FROM orders."order"
      WHERE customer_id = $1 AND id > $3::uuid AND status = ANY($2::text[])
      ORDER BY id
      LIMIT $4
        FOR UPDATE
   )
   UPDATE orders."order" o
      SET erasure_wished_at = coalesce(o.erasure_wished_at, now())
     FROM running r
    WHERE o.id = r.id AND o.status = ANY($2::text[])
   RETURNING o.id`,
);
