import type { DeliveryAddress } from '../contracts/ports.js';

/** What a request to the carrier is about. */
export interface CarrierRequest {
  /** Our shipment's id: the carrier finds everything by it, for ever. */
  readonly reference: string;
  /** Ends our waiting. What the carrier did until then is unknown to us. */
  readonly signal: AbortSignal;
}

export interface BookingRequest extends CarrierRequest {
  readonly orderId: string;
  readonly address: DeliveryAddress;
  /** Stable over all attempts. A repeated request under the same key is answered as the first was, without effect. */
  readonly idempotencyKey: string;
  /** Called while the carrier works, with what a later attempt may go on from. */
  readonly progress: (progress: BookingProgress) => void;
  /** What an earlier attempt reported last; null when it reported nothing that can be gone on from. */
  readonly resumeFrom: BookingProgress | null;
}

export interface BookingProgress {
  /** 0 to 100. */
  readonly percent: number;
}

export interface Booked {
  readonly kind: 'booked';
  readonly carrier: string;
  readonly trackingNumber: string;
}

/** The carrier has the request and has yet to say yes or no. */
export interface Accepted {
  readonly kind: 'accepted';
}

/** A no of the carrier's business, for good. */
export interface Refused {
  readonly kind: 'refused';
  readonly code: string;
  readonly message: string;
}

/** What a booking request ends in. Plain data: it may be stored. */
export type BookingAnswer = Booked | Refused;

/** `wasBooked` false: there had been nothing to cancel. */
export interface Cancelled {
  readonly kind: 'cancelled';
  readonly wasBooked: boolean;
}

/** What a cancellation request ends in. */
export type CancellationAnswer = Cancelled | Refused;

/**
 * The port to the carrier. Adapters neither sleep nor retry by themselves, and throw nothing but `RetryableError`
 * (nothing happened) and `OutcomeUnknownError` (nobody knows).
 */
export abstract class Carrier {
  abstract book(request: BookingRequest): Promise<BookingAnswer | Accepted>;

  /** What the carrier knows under our reference; null: no trace of it. Refused bookings leave no trace. */
  abstract find(request: CarrierRequest): Promise<Booked | Accepted | Cancelled | null>;

  /**
   * Takes a booking back. Once it is answered `cancelled`, no booking can come into being under this reference,
   * even from a request that is still on its way, or that was accepted only. Cancelling twice is cancelling once.
   */
  abstract cancel(request: CarrierRequest): Promise<CancellationAnswer>;
}
