import { z } from 'zod';
import { message } from '../../platform/messaging/message.js';
import { rejectionEvent } from '../../platform/messaging/rejection.js';

const shipment = z.object({ shipmentId: z.uuid(), orderId: z.uuid() });
const parcel = shipment.extend({ trackingNumber: z.string() });

/** The carrier has taken the booking: from here on the order only goes forward. */
export class ShippingArranged extends message(
  'shipping.arranged.v1',
  shipment.extend({ carrier: z.string(), trackingNumber: z.string() }),
) {}
/** The carrier does not deliver there (`SHIPPING.UNDELIVERABLE`), or the shipment was cancelled (`SHIPPING.CANCELLED`). */
export class ShippingRefused extends rejectionEvent('shipping.refused.v1') {}

/** The carrier says that it has booked what it had accepted. No outcome: whoever waits for it asks now. */
export class BookingConfirmedByCarrier extends message('shipping.booking-confirmed-by-carrier.v1', parcel) {}

/** Nothing is booked under this shipment and nothing will be; `wasBooked` false: nothing had been. */
export class ShipmentCancelled extends message(
  'shipping.shipment-cancelled.v1',
  shipment.extend({ wasBooked: z.boolean() }),
) {}
/** The carrier has the parcel and does not give it back: `SHIPPING.TOO_LATE_TO_CANCEL`. */
export class ShipmentCancellationRefused extends rejectionEvent('shipping.cancellation-refused.v1') {}

/**
 * The carrier has collected the parcel. Published once at most, and not at all when the carrier tells of it only
 * after the parcel's end.
 */
export class ShipmentInTransit extends message('shipping.shipment-in-transit.v1', parcel) {}
/** The receiver has the parcel. Published once at most; the last one of a parcel. */
export class ShipmentDelivered extends message('shipping.shipment-delivered.v1', parcel) {}
/** The parcel could not be delivered. Published once at most; only `ShipmentDelivered` may follow. */
export class ShipmentFailed extends message('shipping.shipment-failed.v1', parcel) {}
