import { statement } from '../../../platform/database/statement.js';

export interface LedgerBooking {
  /** Our shipment's id. */
  readonly reference: string;
  /** Of the bookings that stand. */
  readonly trackingNumbers: string[];
}

/** What the sandbox carrier has booked under each of these references. $1 references. */
export const readBookingsOfShipments = statement(
  'auditor.sandbox.read-bookings-of-shipments',
  `SELECT reference, array_agg(tracking_number ORDER BY tracking_number) AS "trackingNumbers"
     FROM sandbox.booking
    WHERE reference = ANY ($1::uuid[]) AND status = 'booked' AND created_at <= clock_timestamp()
    GROUP BY reference`,
);
