import { statement } from '../../../platform/database/statement.js';

/**
 * Moves orders to status $4, each with its failure or null, if they are in one of the statuses $5; the others
 * stay as they are and are not in the answer. Rows are locked by id, so two of these never wait for each other
 * in a circle. A failure that is stored already gives way to a newer one.
 *
 * The time is the statement's, not the transaction's: whoever lists this history beside what else the transaction
 * did (its journal entries) must not see the status change before its reason.
 *
 * Where it was wished, name and address go with a change that ends the order: $6 says whether this one does.
 */
export const changeStatus = statement(
  'orders.change-status',
  `WITH wanted AS (
     SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[]) AS w (id, code, message)
   ), movable AS (
     SELECT o.id, $6::boolean AND o.erasure_wished_at IS NOT NULL AND o.ship_to_name IS NOT NULL AS erases
       FROM orders."order" o
      WHERE o.id = ANY($1::uuid[]) AND o.status = ANY($5::text[])
      ORDER BY o.id
        FOR UPDATE
   )
   UPDATE orders."order" o
      SET status = $4,
          version = o.version + 1,
          updated_at = greatest(statement_timestamp(), o.updated_at),
          ship_to_name = CASE WHEN m.erases THEN NULL ELSE o.ship_to_name END,
          ship_to_line1 = CASE WHEN m.erases THEN NULL ELSE o.ship_to_line1 END,
          ship_to_line2 = CASE WHEN m.erases THEN NULL ELSE o.ship_to_line2 END,
          ship_to_city = CASE WHEN m.erases THEN NULL ELSE o.ship_to_city END,
          ship_to_postal_code = CASE WHEN m.erases THEN NULL ELSE o.ship_to_postal_code END,
          ship_to_country = CASE WHEN m.erases THEN NULL ELSE o.ship_to_country END,
          failure_code = coalesce(w.code, o.failure_code),
          failure_message = coalesce(w.message, o.failure_message),
          status_history = o.status_history || jsonb_build_object(
            'version', o.version + 1, 'status', $4::text, 'at', greatest(statement_timestamp(), o.updated_at), 'code', w.code
          )
     FROM movable m
     JOIN wanted w ON w.id = m.id
    WHERE o.id = ANY($1::uuid[]) AND o.id = m.id AND o.status = ANY($5::text[])
   RETURNING o.id, o.status, o.version, o.failure_code AS "failureCode",
             o.created_at AS "createdAt", o.updated_at AS "updatedAt", m.erases AS erased`,
);
