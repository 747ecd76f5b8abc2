import { statement } from '../../../platform/database/statement.js';
import type { ShipmentStatus } from '../../domain/shipment-status.js';

export interface ShipmentStateRow {
  id: string;
  status: ShipmentStatus;
  tracking_number: string | null;
}

/** How these shipments stand, without their receivers. $1 ids. */
export const readShipmentStates = statement(
  'shipping.read-shipment-states',
  `SELECT id, status, tracking_number FROM shipping.shipment WHERE id = ANY($1::uuid[])`,
);
