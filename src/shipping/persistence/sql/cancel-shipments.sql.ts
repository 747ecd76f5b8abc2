import { statement } from '../../../platform/database/statement.js';

/**
 * Marks shipments as cancelled; one that was never requested gets a row without a receiver, so that a request
 * which comes later finds it cancelled. $1 ids, $2 order ids, $3 the statuses that may be cancelled.
 */
export const cancelShipments = statement(
  'shipping.cancel-shipments',
  `INSERT INTO shipping.shipment AS s (id, order_id, status)
   SELECT c.id, c.order_id, 'cancelled' FROM unnest($1::uuid[], $2::uuid[]) AS c (id, order_id) ORDER BY c.id
   ON CONFLICT (id) DO UPDATE SET status = 'cancelled', updated_at = now()
   WHERE s.status = ANY($3::text[])`,
);
