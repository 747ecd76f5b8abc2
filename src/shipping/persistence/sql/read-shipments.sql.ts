import { statement } from '../../../platform/database/statement.js';
import type { ShipmentStatus } from '../../domain/shipment-status.js';

/** A shipment with its receiver; the receiver's columns are null once they were erased. */
export interface ShipmentRow {
  id: string;
  order_id: string;
  status: ShipmentStatus;
  carrier: string | null;
  tracking_number: string | null;
  refusal_code: string | null;
  receiver_name: string | null;
  receiver_line1: string | null;
  receiver_line2: string | null;
  receiver_city: string | null;
  receiver_postal_code: string | null;
  receiver_country: string | null;
}

/** The columns of a `ShipmentRow`. */
export const shipmentColumns = `id, order_id, status, carrier, tracking_number, refusal_code, receiver_name,
     receiver_line1, receiver_line2, receiver_city, receiver_postal_code, receiver_country`;

/** $1 ids; one that does not exist is not in the answer. */
export const readShipments = statement(
  'shipping.read-shipments',
  `SELECT ${shipmentColumns}
   FROM shipping.shipment WHERE id = ANY($1::uuid[])`,
);
