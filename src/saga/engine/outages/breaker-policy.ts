/** How the breakers of an installation act. One for all dependencies. */
export interface BreakerPolicy {
  /** Failures in a row, with no success between them, that open a breaker. Default 10. */
  readonly failures: number;
  /**
   * Different sagas that those failures come from, at least. Default 5: a few orders of which each one fails for
   * reasons of its own, however often they are tried, are no outage.
   */
  readonly sagas: number;
  /**
   * How long they go on at least, in milliseconds. Default 2 s: a no often comes faster than a yes, so a burst may begin
   * with ten failures although half of it succeeds.
   */
  readonly lastingMs: number;
  /** After so long without a failure, in milliseconds, the next one is the first in a row again. Default one minute. */
  readonly silenceMs: number;
  /** How long a breaker stays open before the first probe, in milliseconds. Doubles with each probe that fails. Default 10 s. */
  readonly openForMs: number;
  /** The longest time between two probes, in milliseconds. Default two minutes. */
  readonly longestOpenMs: number;
  /** How much longer than its own timeout a probe may take before another one is made, in milliseconds. Default 5 s. */
  readonly probeGraceMs: number;
  /** Held sagas that are let go a second once a breaker has closed by itself. Default 50. */
  readonly releaseRate: number;
  /**
   * How often breakers are looked at while one is out of order, in milliseconds; what a worker knows of them is then at most
   * twice as old. Default 1 s.
   */
  readonly lookEveryMs: number;
}

export const defaultBreakerPolicy: BreakerPolicy = {
  failures: 10,
  sagas: 5,
  lastingMs: 2_000,
  silenceMs: 60_000,
  openForMs: 10_000,
  longestOpenMs: 120_000,
  probeGraceMs: 5_000,
  releaseRate: 50,
  lookEveryMs: 1_000,
};

/** The policy as Nest injects it. */
export class BreakerSettings {
  constructor(readonly policy: BreakerPolicy) {}
}
