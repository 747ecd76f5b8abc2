import { statement } from '../../../platform/database/statement.js';

export interface OpenedRow {
  order_id: string;
}

/**
 * Puts a row for each order that has none, and answers which; the others are locked and stay as they are: a row on which
 * `DO UPDATE` has nothing to do is locked all the same. So whatever is locked behind this statement is locked after the
 * reservations of all of these orders. It waits for a concurrent transaction that opens the same order, so only one of
 * the two gets it. In order of the key, so that two batches never wait for each other.
 *
 * Values: order ids uuid[], statuses text[], lines jsonb[].
 */
export const openReservations = statement(
  'inventory.open-reservations',
  `INSERT INTO inventory.reservation (order_id, status, lines)
   SELECT n.order_id, n.status, n.lines
   FROM unnest($1::uuid[], $2::text[], $3::jsonb[]) AS n (order_id, status, lines)
   ORDER BY n.order_id
   ON CONFLICT (order_id) DO UPDATE SET status = EXCLUDED.status WHERE false
   RETURNING order_id`,
);
