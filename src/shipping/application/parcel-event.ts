import { ShipmentDelivered, ShipmentFailed, ShipmentInTransit } from '../contracts/shipping-events.js';
import type { ShipmentStatus } from '../domain/shipment-status.js';

/** The event that tells of a parcel's new status; null for a status that no carrier's message leads to. */
export function parcelEvent(
  status: ShipmentStatus,
  parcel: { shipmentId: string; orderId: string; trackingNumber: string },
): ShipmentInTransit | ShipmentDelivered | ShipmentFailed | null {
  switch (status) {
    case 'in_transit':
      return new ShipmentInTransit(parcel);
    case 'delivered':
      return new ShipmentDelivered(parcel);
    case 'failed':
      return new ShipmentFailed(parcel);
    case 'requested':
    case 'booked':
    case 'cancelled':
      return null;
  }
}
