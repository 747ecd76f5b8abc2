/** How long things take at the sandbox carrier. A class, so that it is its own injection token. */
export class SandboxPace {
  /** What the postal code `SLOW` takes, in milliseconds. */
  readonly slowMs: number = 30_000;
  /** Pause between two signs of life meanwhile, in milliseconds; well below any heartbeat timeout. */
  readonly heartbeatMs: number = 1_000;
  /** From the request until it is booked at the postal code `LATER`, in milliseconds. */
  readonly laterMs: number = 5_000;
  /** From the booking until the parcel is collected, in milliseconds. */
  readonly collectedAfterMs: number = 4_000;
  /** From the booking until the parcel is handed over, in milliseconds. */
  readonly deliveredAfterMs: number = 8_000;

  /** @param paces other than the usual ones */
  constructor(paces: Partial<SandboxPace> = {}) {
    Object.assign(this, paces);
  }
}
