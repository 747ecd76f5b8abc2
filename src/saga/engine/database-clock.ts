import { Injectable } from '@nestjs/common';

/** Milliseconds by which two clocks may drift apart in one: twice of what NTP slews. */
const drift = 0.001;
/** Beyond that a reading is out of date anyway, and what goes by this clock is not to be late for it. */
const mostDriftMs = 100;

/**
 * The database's clock as this process has read it, carried on by monotonic time. The database decides what is due and
 * how long a key protects; between two transactions this is as near to it as one gets without asking.
 *
 * A reading is of the past by the time it is looked at, and all the more the busier this process is: of several the one
 * that says it is latest is the nearest. So this clock is behind the database's, by as little as is known. A reading that
 * is earlier than this clock was when it was asked for shows that it was ahead, and counts alone.
 */
@Injectable()
export class DatabaseClock {
  private nearest: { readonly offset: number; readonly at: number } | null = null;

  /**
   * A reading, just taken.
   * @param askedAt when the question was sent, on the clock of `performance`
   */
  observe(now: Date, askedAt: number): void {
    const at = performance.now();
    const offset = now.getTime() - at;
    const [known, then] = [this.offset(at), this.offset(askedAt)];
    // Whole milliseconds, as readings are.
    const wasAhead = then !== null && now.getTime() < Math.floor(then + askedAt);
    this.nearest = { offset: known === null || wasAhead ? offset : Math.max(known, offset), at };
  }

  /** Milliseconds since 1970; this process's own clock before the first reading. */
  now(): number {
    const at = performance.now();
    const offset = this.offset(at);
    return offset === null ? Date.now() : offset + at;
  }

  private offset(at: number): number | null {
    if (!this.nearest) return null;
    const passed = Math.max(0, at - this.nearest.at);
    return this.nearest.offset - Math.min(passed * drift, mostDriftMs);
  }
}
