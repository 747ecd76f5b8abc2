/** What a request to the gateway is about. */
export interface GatewayRequest {
  /** Our payment's id: the gateway finds everything by it, for ever. */
  readonly reference: string;
  /** Ends our waiting. What the gateway did until then, or does later, is unknown to us. */
  readonly signal: AbortSignal;
}

export interface ChargeRequest extends GatewayRequest {
  readonly orderId: string;
  /** Minor units of `currency`; above 0. */
  readonly amount: number;
  /** ISO 4217. */
  readonly currency: string;
  /** A token; never a card number. */
  readonly paymentMethod: string;
  /** Stable over all attempts. The same request under the same key is answered as the first was, without effect. */
  readonly idempotencyKey: string;
}

export interface RefundRequest extends GatewayRequest {
  /** As with charges. */
  readonly idempotencyKey: string;
}

export interface Charged {
  readonly kind: 'charged';
  readonly gatewayReference: string;
}

/** A no of the gateway's or the bank's business, for good. */
export interface Declined {
  readonly kind: 'declined';
  readonly code: string;
  /** A sentence for the customer. */
  readonly message: string;
}

/** The bank has yet to say yes or no. No money has been taken. */
export interface Processing {
  readonly kind: 'processing';
  readonly gatewayReference: string;
}

/** What was given back under a reference, in all. Amount 0: nothing had been captured; then the rest is null. */
export interface Refunded {
  readonly kind: 'refunded';
  /** Minor units of `currency`. */
  readonly amount: number;
  readonly currency: string | null;
  readonly gatewayReference: string | null;
}

/**
 * The port to the payment gateway. Adapters neither sleep nor retry by themselves, and throw nothing but
 * `RetryableError` (nothing happened), `OutcomeUnknownError` (nobody knows) and `IdempotencyKeyReusedError` (a
 * mistake of ours).
 */
export abstract class PaymentGateway {
  abstract charge(request: ChargeRequest): Promise<Charged | Declined | Processing>;

  /**
   * What became of the charge under our reference, whether or not it was given back later; `declined` with
   * `BILLING.VOIDED` when it never took money and cannot any more. Null: no trace of it.
   */
  abstract findCharge(request: GatewayRequest): Promise<Charged | Declined | Processing | null>;

  /**
   * Gives back all that was captured under our reference, minus what was given back before. Once it is answered,
   * nothing can be charged under this reference any more, even by a request that is still on its way, and even
   * when there was nothing to give back. Refunding twice is refunding once.
   */
  abstract refund(request: RefundRequest): Promise<Refunded>;

  /** The refund under our reference; null: no trace of one. */
  abstract findRefund(request: GatewayRequest): Promise<Refunded | null>;
}
