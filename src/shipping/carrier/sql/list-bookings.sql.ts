import { statement } from '../../../platform/database/statement.js';

export interface ListedBookingRow {
  reference: string;
  order_id: string;
  status: 'booked' | 'cancelled';
  tracking_number: string;
  created_at: Date;
}

/**
 * What is booked, newest first: the sandbox's tracking numbers grow with time. $1 the one to go on after, or null;
 * $2 how many.
 */
export const listBookings = statement(
  'sandbox.list-bookings',
  `SELECT reference, order_id, status, tracking_number, created_at FROM sandbox.booking
   WHERE tracking_number < coalesce($1::text, 'T') AND created_at <= clock_timestamp()
   ORDER BY tracking_number DESC LIMIT $2`,
);
