import { EventsHandler, type IEventHandler } from '@nestjs/cqrs';
import { Sagas } from '../saga/index.js';
import {
  ShipmentDelivered,
  ShipmentFailed,
  ShipmentInTransit,
} from '../shipping/contracts/shipping-events.js';

/** What the carrier tells of a parcel is told to the saga that tracks its order; also before there is one. */
@EventsHandler(ShipmentInTransit, ShipmentDelivered, ShipmentFailed)
export class TellOrderTracking implements IEventHandler<ShipmentDelivered> {
  constructor(private readonly sagas: Sagas) {}

  /** Once: the delivery is gone with the commit of what it was told for, so that it needs no name of its own. */
  async handle(event: ShipmentInTransit | ShipmentDelivered | ShipmentFailed): Promise<void> {
    await this.sagas.receive('order-tracking', event.data.orderId, event);
  }
}
