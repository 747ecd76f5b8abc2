import {
  Carrier,
  type Booked,
  type BookingAnswer,
  type BookingRequest,
  type Cancelled,
  type CarrierRequest,
} from '../../src/shipping/carrier/carrier.js';
import { cancelledBefore, undeliverable } from '../../src/shipping/carrier/refusals.js';
import { newTrackingNumber } from '../../src/shipping/carrier/tracking-number.js';

/** A postal code to which it does not deliver, as with the sandbox carrier. */
export const undeliverablePostalCode = 'REJECT';

/** What the carrier holds under one of our references. */
export interface KeptBooking {
  readonly trackingNumber: string;
  readonly reference: string;
  readonly orderId: string;
  readonly idempotencyKey: string;
  cancelled: boolean;
}

/** A carrier in memory, for the same reason as `MemoryGateway` and with the same limit. */
export class MemoryCarrier extends Carrier {
  readonly bookings = new Map<string, KeptBooking>();
  private readonly refused = new Set<string>();

  async book({ reference, orderId, idempotencyKey, address }: BookingRequest): Promise<BookingAnswer> {
    if (address.postalCode === undeliverablePostalCode) return undeliverable();
    if (this.refused.has(reference)) return cancelledBefore();
    let kept = this.bookings.get(reference);
    if (!kept) {
      kept = { trackingNumber: newTrackingNumber(), reference, orderId, idempotencyKey, cancelled: false };
      this.bookings.set(reference, kept);
    }
    return bookedAs(kept);
  }

  async find({ reference }: CarrierRequest): Promise<Booked | Cancelled | null> {
    const kept = this.bookings.get(reference);
    if (this.refused.has(reference)) return { kind: 'cancelled', wasBooked: kept !== undefined };
    return kept ? bookedAs(kept) : null;
  }

  async cancel({ reference }: CarrierRequest): Promise<Cancelled> {
    this.refused.add(reference);
    const kept = this.bookings.get(reference);
    if (kept) kept.cancelled = true;
    return { kind: 'cancelled', wasBooked: kept !== undefined };
  }

  forget(): void {
    this.bookings.clear();
    this.refused.clear();
  }
}

const bookedAs = ({ trackingNumber }: KeptBooking): Booked => ({
  kind: 'booked',
  carrier: 'sandbox',
  trackingNumber,
});
