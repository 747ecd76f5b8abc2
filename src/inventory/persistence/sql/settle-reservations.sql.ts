import { statement } from '../../../platform/database/statement.js';

/**
 * What a batch comes down to: one commutative change a stock row, the new status of reservations, and the
 * withdrawal of rows that this transaction opened for orders which then got nothing.
 *
 * `locked` takes the stock rows in order of SKU before any is written: an UPDATE alone goes by whatever order
 * its join yields, and two batches could wait for each other. The guard repeats the table's CHECKs: where it says no, the
 * stock contradicts the reservations, and the statement fails; nobody waits for its answer.
 *
 * Values: SKUs text[], on-hand changes bigint[], reserved changes bigint[]; order ids uuid[], statuses text[];
 * withdrawn order ids uuid[].
 */
export const settleReservations = statement(
  'inventory.settle-reservations',
  `WITH locked AS MATERIALIZED (
     SELECT sku FROM inventory.stock WHERE sku = ANY ($1::text[]) ORDER BY sku FOR NO KEY UPDATE
   ), moved AS (
     UPDATE inventory.stock AS s
     SET on_hand = s.on_hand + m.on_hand, reserved = s.reserved + m.reserved
     FROM locked
     JOIN unnest($1::text[], $2::bigint[], $3::bigint[]) AS m (sku, on_hand, reserved) USING (sku)
     WHERE s.sku = ANY ($1::text[]) AND s.sku = locked.sku
       AND s.reserved + m.reserved >= 0
       AND s.on_hand + m.on_hand >= s.reserved + m.reserved
     RETURNING s.sku
   ), settled AS (
     UPDATE inventory.reservation AS r
     SET status = n.status, updated_at = now()
     FROM unnest($4::uuid[], $5::text[]) AS n (order_id, status)
     WHERE r.order_id = ANY ($4::uuid[]) AND r.order_id = n.order_id
     RETURNING r.order_id
   ), withdrawn AS (
     DELETE FROM inventory.reservation WHERE order_id = ANY ($6::uuid[])
   )
   SELECT platform.refuse(format(
            'Stock contradicts the reservations: %s of %s stock rows and %s of %s reservations could move.',
            done.moved, cardinality($1::text[]), done.settled, cardinality($4::uuid[])))
     FROM (SELECT (SELECT count(*) FROM moved) AS moved, (SELECT count(*) FROM settled) AS settled) AS done
    WHERE done.moved <> cardinality($1::text[]) OR done.settled <> cardinality($4::uuid[])`,
);
