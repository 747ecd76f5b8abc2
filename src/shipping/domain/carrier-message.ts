import type { ShipmentMove } from './shipment-status.js';

/** What a carrier may tell about a parcel, and the move it means. Types that are not here are stored only. */
export const carrierMessageTypes = {
  'shipment.in_transit': 'collect',
  'shipment.delivered': 'deliver',
  'shipment.failed': 'lose',
} as const satisfies Record<string, ShipmentMove>;

export type CarrierMove = (typeof carrierMessageTypes)[keyof typeof carrierMessageTypes];

/** The move that a webhook's type means; null for a type that we do not know. */
export function moveOf(type: string): CarrierMove | null {
  return Object.hasOwn(carrierMessageTypes, type)
    ? carrierMessageTypes[type as keyof typeof carrierMessageTypes]
    : null;
}
