import { EventsHandler, type IEventHandler } from '@nestjs/cqrs';
import { BookingConfirmedByCarrier } from '../shipping/contracts/shipping-events.js';
import { Sagas } from '../saga/index.js';

/** What the carrier tells by itself is no outcome of the booking: its saga asks now, instead of at its next time. */
@EventsHandler(BookingConfirmedByCarrier)
export class ResolveBookingOnNotice implements IEventHandler<BookingConfirmedByCarrier> {
  constructor(private readonly sagas: Sagas) {}

  async handle({ data }: BookingConfirmedByCarrier): Promise<void> {
    const notice = { kind: 'notice', reference: data.shipmentId, by: 'carrier' } as const;
    await this.sagas.apply('order-fulfillment', data.orderId, notice);
  }
}
