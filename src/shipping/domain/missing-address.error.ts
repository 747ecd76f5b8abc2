import { shippingCodes } from './shipping-codes.js';

/** There is nothing to write on the parcel. A fault of ours, not a no of the business. */
export class MissingAddressError extends Error {
  override readonly name = 'MissingAddressError';
  readonly code = shippingCodes.noAddress;

  constructor(shipmentId: string) {
    super(
      `Shipment ${shipmentId} has no address to ship to: its order is unknown, or its receiver was erased.`,
    );
  }
}
