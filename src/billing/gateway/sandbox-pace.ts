/** How long things take at the sandbox gateway. A class, so that it is its own injection token. */
export class SandboxGatewayPace {
  /** From the request until the bank confirms a `pm_card_bank`, in seconds. */
  readonly bankSeconds: number = 5;

  constructor(pace: Partial<SandboxGatewayPace> = {}) {
    Object.assign(this, pace);
  }
}
