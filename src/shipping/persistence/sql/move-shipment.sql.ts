import { statement } from '../../../platform/database/statement.js';

export interface MovedRow {
  id: string;
  order_id: string;
  tracking_number: string;
}

/** Moves one shipment; no row when its status does not allow it. $1 id, $2 the status then, $3 the statuses before. */
export const moveShipment = statement(
  'shipping.move-shipment',
  `UPDATE shipping.shipment SET status = $2, updated_at = now()
   WHERE id = $1 AND status = ANY($3::text[])
   RETURNING id, order_id, tracking_number`,
);
