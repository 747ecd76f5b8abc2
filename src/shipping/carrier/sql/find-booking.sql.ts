import { statement } from '../../../platform/database/statement.js';

export interface FoundBookingRow {
  cancelled: boolean;
  /** Null when nothing was ever booked under the reference. */
  tracking_number: string | null;
  /** False while it is only accepted. */
  is_booked: boolean;
}

/**
 * What the carrier knows under a reference: the booking that stands, else the last one. One that was only accepted comes
 * into being in the future. $1 reference.
 */
export const findBooking = statement(
  'sandbox.find-booking',
  `SELECT r.refused_at IS NOT NULL AS cancelled, b.tracking_number,
     coalesce(b.created_at <= clock_timestamp(), false) AS is_booked
   FROM sandbox.reference r LEFT JOIN sandbox.booking b ON b.reference = r.reference
   WHERE r.dependency = 'carrier' AND r.reference = $1
   ORDER BY (b.status = 'booked') DESC, b.created_at DESC LIMIT 1`,
);
