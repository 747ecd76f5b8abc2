import { statement } from '../../../platform/database/statement.js';

/**
 * Books a parcel. $1 reference, $2 order id, $3 tracking number, $4 idempotency key, $5 ids of its journey's
 * webhooks, $6 milliseconds until it is collected, null when it never moves, $7 milliseconds until it is booked.
 */
export const insertBooking = statement(
  'sandbox.insert-booking',
  `INSERT INTO sandbox.booking
     (reference, order_id, tracking_number, idempotency_key, status, journey, created_at, collected_at)
   VALUES ($1, $2, $3, $4, 'booked', $5::uuid[],
     clock_timestamp() + make_interval(secs => $7::integer / 1000.0),
     clock_timestamp() + make_interval(secs => $6::integer / 1000.0))`,
);
