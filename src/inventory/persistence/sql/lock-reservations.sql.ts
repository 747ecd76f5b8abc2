import { statement } from '../../../platform/database/statement.js';
import type { Quantity } from '../../domain/quantity.js';
import type { ReservationStatus } from '../../domain/reservation.js';

export interface ReservationRow {
  order_id: string;
  status: ReservationStatus;
  lines: Quantity[];
}

/** Locks the reservations of these orders, in order of the key. Values: order ids uuid[]. */
export const lockReservations = statement(
  'inventory.lock-reservations',
  `SELECT order_id, status, lines
   FROM inventory.reservation
   WHERE order_id = ANY ($1::uuid[])
   ORDER BY order_id
   FOR NO KEY UPDATE`,
);
