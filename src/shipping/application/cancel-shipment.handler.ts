import { CommandHandler, EventBus } from '@nestjs/cqrs';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import {
  ExternalCommandHandler,
  type Answered,
  type Attempt,
  type Outcome,
} from '../../platform/messaging/command-handlers.js';
import { Rejection } from '../../platform/messaging/rejection.js';
import { Carrier, type CancellationAnswer } from '../carrier/carrier.js';
import { collectedAlready } from '../carrier/refusals.js';
import { CancelShipment } from '../contracts/shipping-commands.js';
import { ShipmentCancelled } from '../contracts/shipping-events.js';
import { ShipmentBook } from './shipment-book.js';
import { ShipmentRows } from './shipment-rows.js';

/**
 * Cancels with the carrier, also what was never booked as far as we know: only the carrier can say that a late
 * booking will not come into being. See `CancelShipment`.
 */
@CommandHandler(CancelShipment)
export class CancelShipmentHandler extends ExternalCommandHandler<
  CancelShipment,
  CancellationAnswer,
  ShipmentCancelled
> {
  constructor(
    unitOfWork: UnitOfWork,
    eventBus: EventBus,
    private readonly carrier: Carrier,
    private readonly book: ShipmentBook,
    private readonly rows: ShipmentRows,
  ) {
    super(unitOfWork, eventBus);
  }

  /** Nothing: a shipment stays what it is until the carrier has answered. */
  async begin(): Promise<void> {}

  async call({ data }: CancelShipment, attempt: Attempt): Promise<CancellationAnswer> {
    const row = await this.rows.find(data.shipmentId);
    if (row?.status === 'in_transit' || row?.status === 'delivered') {
      return collectedAlready();
    }
    return this.carrier.cancel({ reference: data.shipmentId, signal: attempt.signal });
  }

  /** Null as long as the carrier knows of no cancellation: asking it again to cancel is safe. */
  async resolve({ data }: CancelShipment, attempt: Attempt): Promise<CancellationAnswer | null> {
    const found = await this.carrier.find({ reference: data.shipmentId, signal: attempt.signal });
    return found?.kind === 'cancelled' ? found : null;
  }

  async record(
    answered: readonly Answered<CancelShipment, CancellationAnswer>[],
  ): Promise<readonly Outcome<ShipmentCancelled>[]> {
    await this.book.enterCancelled(
      answered.filter(({ answer }) => answer.kind === 'cancelled').map(({ command }) => command.data),
    );
    return answered.map(({ command: { data }, answer }) =>
      answer.kind === 'refused'
        ? new Rejection(answer.code, answer.message)
        : new ShipmentCancelled({ ...data, wasBooked: answer.wasBooked }),
    );
  }
}
