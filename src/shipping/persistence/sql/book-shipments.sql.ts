import { statement } from '../../../platform/database/statement.js';
import type { ShipmentStatus } from '../../domain/shipment-status.js';

export interface BookedRow {
  id: string;
  order_id: string;
  /** Further than `booked` when the carrier told of the parcel before its booking was recorded. */
  status: ShipmentStatus;
  tracking_number: string;
}

/**
 * Claims the parcels for their shipments and moves those shipments on. A webhook that came first has left its
 * status in the parcel; one that comes at the same time waits for this row's lock, or we for its. Answers only
 * shipments that moved: a second recording of the same answer moves none, a parcel of another shipment neither.
 * $1 ids, $2 carriers, $3 tracking numbers, $4 the statuses that may be booked.
 */
export const bookShipments = statement(
  'shipping.book-shipments',
  `WITH answered AS (
     SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[]) AS a (id, carrier, tracking_number)
   ), claimed AS (
     INSERT INTO shipping.parcel AS p (tracking_number, shipment_id, status)
     SELECT tracking_number, id, 'booked' FROM answered ORDER BY tracking_number
     ON CONFLICT (tracking_number) DO UPDATE SET shipment_id = EXCLUDED.shipment_id
     WHERE p.shipment_id IS NULL
     RETURNING p.tracking_number, p.shipment_id, p.status
   )
   UPDATE shipping.shipment s
   SET status = c.status, carrier = a.carrier, tracking_number = c.tracking_number, updated_at = now()
   FROM claimed c JOIN answered a ON a.id = c.shipment_id AND a.tracking_number = c.tracking_number
   WHERE s.id = ANY($1::uuid[]) AND s.id = c.shipment_id AND s.status = ANY($4::text[])
   RETURNING s.id, s.order_id, s.status, s.tracking_number`,
);
