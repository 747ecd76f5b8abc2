/** The outside parties that the sandbox plays. */
export type SandboxDependency = 'payments' | 'carrier';

/**
 * `up`: the special payment methods and postal codes act as documented. `down`: every call fails with 503.
 * `healed`: up, and the special ones act like ordinary ones.
 */
export type SandboxMode = 'up' | 'down' | 'healed';

export interface SandboxFaults {
  readonly payments: SandboxMode;
  readonly carrier: SandboxMode;
  /** How long every request takes before it is served, in milliseconds. 0 by default. */
  readonly latencyMs: number;
  /** After this many seconds an idempotency key no longer protects. Null, the default: never. */
  readonly forgetKeysAfterSeconds: number | null;
}
