import {
  Carrier,
  type Accepted,
  type Booked,
  type BookingAnswer,
  type BookingRequest,
  type CancellationAnswer,
  type Cancelled,
  type CarrierRequest,
  type Refused,
} from '../../../src/shipping/carrier/carrier.js';
import { ArrangeShipping, CancelShipment } from '../../../src/shipping/contracts/shipping-commands.js';
import { codes, type Sabotage } from './sabotage.js';

const refused: Refused = { kind: 'refused', code: codes.rejected, message: 'The test says no.' };
/** The only no that a carrier knows of when it is asked: refused bookings leave no trace. */
const cancelled: Cancelled = { kind: 'cancelled', wasBooked: true };

/** The carrier behind it, with what a test has in mind for single requests. */
export class SabotagedCarrier extends Carrier {
  private readonly orders = new Map<string, string>();

  constructor(
    private readonly carrier: Carrier,
    private readonly sabotage: Sabotage,
  ) {
    super();
  }

  book(request: BookingRequest): Promise<BookingAnswer | Accepted> {
    this.orders.set(request.reference, request.orderId);
    return this.sabotage.call(
      ArrangeShipping,
      request.orderId,
      (signal = request.signal) => this.carrier.book({ ...request, signal }),
      refused,
    );
  }

  /** Bookings and cancellations are asked for alike. */
  find(request: CarrierRequest): Promise<Booked | Accepted | Cancelled | null> {
    return this.sabotage.ask(
      ArrangeShipping,
      this.orderOf(request),
      () => this.carrier.find(request),
      cancelled,
    );
  }

  cancel(request: CarrierRequest): Promise<CancellationAnswer> {
    return this.sabotage.call(
      CancelShipment,
      this.orderOf(request),
      (signal = request.signal) => this.carrier.cancel({ ...request, signal }),
      refused,
    );
  }

  /** A reference that another process booked is nobody's here: nothing goes wrong with it. */
  private orderOf({ reference }: CarrierRequest): string {
    return this.orders.get(reference) ?? '';
  }
}
