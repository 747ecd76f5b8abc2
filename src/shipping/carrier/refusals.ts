import { shippingCodes } from '../domain/shipping-codes.js';
import type { Refused } from './carrier.js';

/** The ways in which a carrier's business says no, in our words, whichever carrier it is. */

export const undeliverable = (): Refused => ({
  kind: 'refused',
  code: shippingCodes.undeliverable,
  message: 'The carrier does not deliver to this address.',
});

export const cancelledBefore = (): Refused => ({
  kind: 'refused',
  code: shippingCodes.cancelled,
  message: 'The shipment was cancelled before it was booked.',
});

export const collectedAlready = (): Refused => ({
  kind: 'refused',
  code: shippingCodes.tooLateToCancel,
  message: 'The carrier has collected the parcel already.',
});
