/** What a failed attempt said, as far as policies may look at it. */
export interface FailureInfo {
  /** Stable code; `null` for an error that has none. */
  readonly code: string | null;
  readonly message: string;
  /** The other side's `Retry-After` in milliseconds; null when it named none. */
  readonly retryAfterMs: number | null;
}

/** Milliseconds until the next attempt; `attempt` is the number of the one that has just failed, from 1. */
export type Backoff =
  | {
      readonly kind: 'exponential';
      readonly initialMs: number;
      readonly coefficient: number;
      readonly maxMs: number;
    }
  | { readonly kind: 'linear'; readonly initialMs: number; readonly stepMs: number; readonly maxMs: number }
  | { readonly kind: 'fixed'; readonly everyMs: number }
  | {
      readonly kind: 'function';
      readonly name: string;
      delayMs(attempt: number, error: FailureInfo): number;
    };

/**
 * What happens to a step whose failure has this code, or whose attempts are used up. `compensate`: the failure is
 * final; the saga turns back, or takes the step's alternative for this code. On the way back, where nothing can turn
 * back, it parks.
 */
export type Reaction = 'retry' | 'compensate' | 'park';

export interface RetryPolicy {
  readonly backoff: Backoff;
  /** Attempts in all, the first included. */
  readonly maxAttempts: number;
  /** Share of the delay that is random, 0 (default) to 1: the delay is spread over [1 − jitter, 1] of its value. */
  readonly jitter: number;
  /** Reactions by exact code; a code that is not listed is retried. */
  readonly reactions: Readonly<Record<string, Reaction>>;
  /** What happens when the attempts are used up. Default `park`. */
  readonly whenExhausted: 'park' | 'compensate';
}

/** First retry after 1 s, doubling, at most 1 min apart, 5 attempts, then a person. */
export const defaultRetryPolicy: RetryPolicy = {
  backoff: { kind: 'exponential', initialMs: 1_000, coefficient: 2, maxMs: 60_000 },
  maxAttempts: 5,
  jitter: 0,
  reactions: {},
  whenExhausted: 'park',
};

/**
 * An undo tries longer before it asks for a person: nobody else will do it. A definition's own policy changes its
 * pace, not its patience: see `compensationPolicy`.
 */
export const defaultCompensationPolicy: RetryPolicy = { ...defaultRetryPolicy, maxAttempts: 10 };

/** How long one attempt may take; after that the outcome of an external one counts as unknown. */
export const defaultAttemptTimeoutMs = 60_000;

/** What was accepted is asked for so often without a notice. */
export const defaultAskEveryMs = 60 * 60 * 1_000;

/** How long the other side is taken to honour an idempotency key when the definition does not say. */
export const defaultKeyProtectionMs = 24 * 60 * 60 * 1_000;

/** No delay is longer, whatever a function or the other side says: 30 days. */
export const longestDelayMs = 30 * 24 * 60 * 60 * 1_000;

/**
 * The delay before the attempt after `attempt`, in whole milliseconds; never shorter than the other side's
 * `Retry-After`, never longer than `longestDelayMs`. A function that throws, or answers something that is no delay,
 * gets the default back-off: a failure must always be recordable.
 */
export function retryDelayMs(
  policy: RetryPolicy,
  attempt: number,
  error: FailureInfo,
  random: number,
): number {
  const base = sound(() => backoffMs(policy.backoff, attempt, error));
  const spread =
    (base ?? backoffMs(defaultRetryPolicy.backoff, attempt, error)) * (1 - policy.jitter * random);
  const wished = sound(() => error.retryAfterMs ?? 0) ?? 0;
  return Math.round(Math.min(Math.max(spread, wished), longestDelayMs));
}

/** Null for what is not a delay. */
function sound(delay: () => number): number | null {
  try {
    const ms = delay();
    return ms >= 0 ? ms : null;
  } catch {
    return null;
  }
}

function backoffMs(backoff: Backoff, attempt: number, error: FailureInfo): number {
  switch (backoff.kind) {
    case 'exponential':
      return Math.min(backoff.initialMs * backoff.coefficient ** (attempt - 1), backoff.maxMs);
    case 'linear':
      return Math.min(backoff.initialMs + backoff.stepMs * (attempt - 1), backoff.maxMs);
    case 'fixed':
      return backoff.everyMs;
    case 'function':
      return backoff.delayMs(attempt, error);
  }
}
