import { Injectable } from '@nestjs/common';
import { EventBus } from '@nestjs/cqrs';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import type { CarrierMove } from '../domain/carrier-message.js';
import { shipmentMoves } from '../domain/shipment-status.js';
import { advanceParcel, type AdvancedParcelRow } from '../persistence/sql/advance-parcel.sql.js';
import { moveShipment, type MovedRow } from '../persistence/sql/move-shipment.sql.js';
import { parcelEvent } from './parcel-event.js';

/**
 * Applies what the carrier tells of a parcel. Safe for messages that come twice, late, out of order, or before
 * we know the booking: then the parcel keeps the status until the booking is recorded (`ShipmentBook`).
 */
@Injectable()
export class TrackParcel {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly eventBus: EventBus,
  ) {}

  /** @returns false when the message says nothing new */
  async apply(trackingNumber: string, move: CarrierMove): Promise<boolean> {
    const { from, to } = shipmentMoves[move];
    return this.unitOfWork.run(async () => {
      // The parcel first, as ShipmentBook does it: both wait for each other on its row, and never in a circle.
      const [parcel] = await this.unitOfWork.query<AdvancedParcelRow>(advanceParcel, [
        trackingNumber,
        to,
        from,
      ]);
      if (!parcel) return false;
      if (parcel.shipment_id === null) return true;
      const [moved] = await this.unitOfWork.query<MovedRow>(moveShipment, [parcel.shipment_id, to, from]);
      if (!moved) return false;
      const event = parcelEvent(to, {
        shipmentId: moved.id,
        orderId: moved.order_id,
        trackingNumber: moved.tracking_number,
      });
      if (event) this.eventBus.publish(event);
      return true;
    });
  }
}
