import { statement } from '../../../platform/database/statement.js';

export interface RememberedBookingRow {
  tracking_number: string;
  /** False while it is only accepted. */
  is_booked: boolean;
}

/**
 * The booking that an idempotency key stands for, as long as the key is remembered.
 * $1 reference, $2 key, $3 seconds that keys are remembered, null for ever.
 */
export const findRememberedBooking = statement(
  'sandbox.find-remembered-booking',
  `SELECT tracking_number, created_at <= clock_timestamp() AS is_booked FROM sandbox.booking
   WHERE reference = $1 AND idempotency_key = $2
     AND ($3::integer IS NULL OR created_at > clock_timestamp() - make_interval(secs => $3::integer))
   ORDER BY created_at DESC LIMIT 1`,
);
