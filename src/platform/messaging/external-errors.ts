/**
 * How a call to the outside may fail without an answer from its business. An adapter throws exactly these and
 * never sleeps or retries by itself: the saga engine is the one retry authority.
 */

/** The other side said that nothing happened (a 503, a refused connection): safe to try again. */
export class RetryableError extends Error {
  override readonly name = 'RetryableError';

  /** @param retryAfterMs the other side's wish (its `Retry-After`), in milliseconds; null when it named none */
  constructor(
    readonly code: string,
    message: string,
    readonly retryAfterMs: number | null = null,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The request went out and no answer came back (timeout, cut connection): it may have happened or not. */
export class OutcomeUnknownError extends Error {
  override readonly name: string = 'OutcomeUnknownError';

  constructor(
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The other side answered that it has yet to decide. As unknown as a lost answer, but no sign of an outage. */
export class OutcomePendingError extends OutcomeUnknownError {
  override readonly name = 'OutcomePendingError';
}
