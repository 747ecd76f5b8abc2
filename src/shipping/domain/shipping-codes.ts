/** The codes of the module, stable for ever: clients and saga definitions match on them. */
export const shippingCodes = {
  /** The carrier does not deliver to this address. */
  undeliverable: 'SHIPPING.UNDELIVERABLE',
  /** The shipment was cancelled before the carrier could book it. */
  cancelled: 'SHIPPING.CANCELLED',
  /** Not a no: the carrier has yet to confirm the booking. */
  pending: 'SHIPPING.PENDING',
  /** The carrier has the parcel already. */
  tooLateToCancel: 'SHIPPING.TOO_LATE_TO_CANCEL',
  /** The order to ship is unknown, or its receiver was erased. Not a rejection: somebody has to look. */
  noAddress: 'SHIPPING.NO_ADDRESS',
} as const;
