import { statement } from '../../../platform/database/statement.js';

export interface CancelledBookingsRow {
  /** True when a parcel was collected: then nothing is changed. */
  collected: boolean;
  was_booked: boolean;
}

/**
 * Cancels what is booked under a reference, calls its journey off, and refuses whatever comes later; nothing of
 * it once a parcel was collected. After `lockReference`, in its transaction. $1 reference.
 */
export const cancelBookings = statement(
  'sandbox.cancel-bookings',
  `WITH parcels AS (
     SELECT coalesce(bool_or(collected_at <= clock_timestamp() AND status = 'booked'), false) AS collected,
       count(*) > 0 AS was_booked
     FROM sandbox.booking WHERE reference = $1
   ), bookings AS (
     UPDATE sandbox.booking b SET status = 'cancelled' FROM parcels
     WHERE b.reference = $1 AND NOT parcels.collected
     RETURNING b.journey
   ), journeys AS (
     DELETE FROM sandbox.webhook w USING (SELECT unnest(journey) AS id FROM bookings) told WHERE w.id = told.id
   ), refused AS (
     UPDATE sandbox.reference r SET refused_at = coalesce(r.refused_at, clock_timestamp()) FROM parcels
     WHERE r.dependency = 'carrier' AND r.reference = $1 AND NOT parcels.collected
   )
   SELECT collected, was_booked FROM parcels`,
);
