import { Injectable } from '@nestjs/common';
import { EventBus } from '@nestjs/cqrs';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { BookingConfirmedByCarrier } from '../contracts/shipping-events.js';
import { readShipments, type ShipmentRow } from '../persistence/sql/read-shipments.sql.js';

/** Passes on what the carrier tells of a booking that it had only accepted. It moves no shipment: the answer does. */
@Injectable()
export class HearCarrier {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly eventBus: EventBus,
  ) {}

  /** Inside a unit of work. @returns false when there is no such shipment */
  async confirmed(shipmentId: string, trackingNumber: string): Promise<boolean> {
    const [shipment] = await this.unitOfWork.query<ShipmentRow>(readShipments, [[shipmentId]]);
    if (!shipment) return false;
    this.eventBus.publish(
      new BookingConfirmedByCarrier({ shipmentId, orderId: shipment.order_id, trackingNumber }),
    );
    return true;
  }
}
