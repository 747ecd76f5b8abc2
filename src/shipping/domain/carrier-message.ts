import type { ShipmentMove } from './shipment-status.js';

/** What a carrier may tell about a parcel, and the move it means. Types that are not here are stored only. */
export const carrierMessageTypes = {
  'shipment.in_transit': 'collect',
  'shipment.delivered': 'deliver',
  'shipment.failed': 'lose',
} as const satisfies Record<string, ShipmentMove>;

/** The carrier has booked what it had accepted only. About the booking, not the parcel: it moves nothing by itself. */
export const bookingConfirmed = 'shipment.booked';

export type CarrierMove = (typeof carrierMessageTypes)[keyof typeof carrierMessageTypes];

/** The move that a webhook's type means; null for a type that we do not know. */
export function moveOf(type: string): CarrierMove | null {
  return Object.hasOwn(carrierMessageTypes, type)
    ? carrierMessageTypes[type as keyof typeof carrierMessageTypes]
    : null;
}
