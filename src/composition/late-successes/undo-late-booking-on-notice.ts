import { EventsHandler, type IEventHandler } from '@nestjs/cqrs';
import { BookingConfirmedByCarrier } from '../../shipping/contracts/shipping-events.js';
import { LateSuccesses } from './late-successes.js';

/** The carrier itself tells of what it has booked: if that is too late by now, it is cancelled at once. */
@EventsHandler(BookingConfirmedByCarrier)
export class UndoLateBookingOnNotice implements IEventHandler<BookingConfirmedByCarrier> {
  constructor(private readonly lateSuccesses: LateSuccesses) {}

  async handle({ data: { orderId, shipmentId } }: BookingConfirmedByCarrier): Promise<void> {
    await this.lateSuccesses.undo({ orderId, reference: shipmentId });
  }
}
