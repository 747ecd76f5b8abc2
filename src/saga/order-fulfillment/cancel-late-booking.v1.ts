import { CancelShipment } from '../../shipping/contracts/shipping-commands.js';
import { ShipmentCancelled } from '../../shipping/contracts/shipping-events.js';
import { defineSaga } from '../definition/index.js';
import { lateSuccess, undoneForGood } from './late-success.js';

/**
 * cancel-late-booking v1: takes back a booking that turned up at the carrier after its order had been undone. A parcel
 * that the carrier has collected by then parks the saga: a person has to call it back.
 * A change to a released version is a new version.
 */
export const cancelLateBookingV1 = defineSaga('cancel-late-booking', 1, lateSuccess)
  .retry({ ...undoneForGood.retry, reactions: { 'SHIPPING.TOO_LATE_TO_CANCEL': 'park' } })
  .retriable('cancel-shipment', (s) =>
    s
      .external({ keyProtectionMs: undoneForGood.keyProtectionMs })
      .action(CancelShipment, ({ input }) => ({ shipmentId: input.reference, orderId: input.orderId }))
      .succeeds(ShipmentCancelled),
  )
  .build();
