import { billingCodes } from './billing-codes.js';

/** The gateway saw an idempotency key with another request before: a mistake of ours that no retry mends. */
export class IdempotencyKeyReusedError extends Error {
  override readonly name = 'IdempotencyKeyReusedError';
  readonly code = billingCodes.keyReused;

  constructor(reference: string) {
    super(`Payment ${reference} was sent under an idempotency key that belongs to another request.`);
  }
}
