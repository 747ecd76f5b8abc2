/**
 * Admits at most `limit` requests in any period of that length, exactly: a request is let in when the one that
 * came `limit` admissions before it is older than the period. Constant time, eight bytes for each allowed request.
 */
export class RateLimit {
  private readonly admitted: Float64Array;
  private oldest = 0;

  /** @param periodMs length of the period, in milliseconds */
  constructor(
    limit: number,
    private readonly periodMs: number,
  ) {
    this.admitted = new Float64Array(limit).fill(-Infinity);
  }

  /**
   * Asks for one request at a time, in milliseconds of a clock that does not jump.
   * @returns 0: let it in; else how many milliseconds it is too early
   */
  ask(now: number): number {
    const free = (this.admitted[this.oldest] ?? -Infinity) + this.periodMs;
    if (now < free) return free - now;
    this.admitted[this.oldest] = now;
    this.oldest = (this.oldest + 1) % this.admitted.length;
    return 0;
  }
}
