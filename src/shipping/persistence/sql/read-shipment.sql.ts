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

/** $1 id. */
export const readShipment = statement(
  'shipping.read-shipment',
  `SELECT id, order_id, status, carrier, tracking_number, refusal_code, receiver_name, receiver_line1,
     receiver_line2, receiver_city, receiver_postal_code, receiver_country
   FROM shipping.shipment WHERE id = $1`,
);
