import { z } from 'zod';
import { message } from '../../platform/messaging/message.js';

const shipment = z.object({ shipmentId: z.uuid(), orderId: z.uuid() });

/**
 * Books the shipment with the carrier; `shipmentId` is the reference and idempotency key. The address is read
 * through the port when the intent is committed, it does not travel in the command.
 * Ends in `ShippingArranged` or `ShippingRefused`.
 */
export class ArrangeShipping extends message('shipping.arrange-shipping.v1', shipment) {}

/**
 * Takes the booking back, and makes one that is still on its way impossible: safe when nothing was booked, and
 * when nobody knows. Ends in `ShipmentCancelled`, or in `ShipmentCancellationRefused` once the parcel is moving.
 */
export class CancelShipment extends message('shipping.cancel-shipment.v1', shipment) {
  static readonly undoes = [ArrangeShipping.wireName];
}

/**
 * Forgets where these orders were shipped to. A shipment that the carrier has yet to answer keeps its address until
 * then: call it for orders that are at their end.
 */
export class EraseReceivers extends message(
  'shipping.erase-receivers.v1',
  z.object({ orderIds: z.array(z.uuid()) }),
) {}
