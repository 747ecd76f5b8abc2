import { Query } from '@nestjs/cqrs';

/** A booking as the sandbox carrier remembers it, whatever our own rows say. */
export interface SandboxBooking {
  /** Our shipment's id. */
  reference: string;
  orderId: string;
  status: 'booked' | 'cancelled';
  /** Grows with time: the list's sort key, and so the cursor's. */
  trackingNumber: string;
  createdAt: Date;
}

/**
 * The sandbox carrier's ledger, newest first, outside any unit of work. Only what was really booked: a
 * cancellation that found nothing to cancel is not in it. Empty when the sandbox is off.
 */
export class ListSandboxBookings extends Query<SandboxBooking[]> {
  /**
   * @param limit how many at most; ask for one more than the page holds to learn whether there is a next one
   * @param afterTrackingNumber the last one of the page before; null for the first page
   */
  constructor(
    readonly limit: number,
    readonly afterTrackingNumber: string | null,
  ) {
    super();
  }
}
