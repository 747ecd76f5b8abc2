import type { BookingAnswer } from '../carrier/carrier.js';
import { cancelledBefore } from '../carrier/refusals.js';
import { shippingCodes } from '../domain/shipping-codes.js';
import type { ShipmentRow } from '../persistence/sql/read-shipments.sql.js';

/** What our own row knows already, so that the carrier need not be asked again; null while it is `requested`. */
export function settledAnswer(row: ShipmentRow): BookingAnswer | null {
  if (row.status === 'requested') return null;
  if (row.status === 'cancelled') return cancelledBefore();
  if (row.carrier !== null && row.tracking_number !== null) {
    return { kind: 'booked', carrier: row.carrier, trackingNumber: row.tracking_number };
  }
  return {
    kind: 'refused',
    code: row.refusal_code ?? shippingCodes.undeliverable,
    message: 'The carrier refused this shipment.',
  };
}
