import { Injectable } from '@nestjs/common';

/** Milliseconds by which two clocks may drift apart in one: twice of what NTP slews. */
const drift = 0.001;
/** A reading so far behind is no late one: the database's clock was set back, or it is another server's. */
const setBackMs = 1_000;

/**
 * The database's clock as this process has read it, carried on by monotonic time. The database decides what is due and
 * how long a key protects; between two transactions this is as near to it as one gets without asking.
 *
 * A reading is of the past by the time it is looked at, and all the more the busier this process is: of several the one
 * that says it is latest is the nearest. So this clock is behind the database's, by as little as is known.
 */
@Injectable()
export class DatabaseClock {
  private nearest: { readonly offset: number; readonly at: number } | null = null;

  /** A reading, just taken. */
  observe(now: Date): void {
    const at = performance.now();
    const offset = now.getTime() - at;
    const known = this.offset(at) ?? offset;
    this.nearest = { offset: known - offset > setBackMs ? offset : Math.max(known, offset), at };
  }

  /** Milliseconds since 1970; this process's own clock before the first reading. */
  now(): number {
    const at = performance.now();
    const offset = this.offset(at);
    return offset === null ? Date.now() : offset + at;
  }

  private offset(at: number): number | null {
    return this.nearest && this.nearest.offset - (at - this.nearest.at) * drift;
  }
}
