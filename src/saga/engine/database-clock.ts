import { Injectable } from '@nestjs/common';

/**
 * The database's clock as this process last read it, carried on by monotonic time. The database decides what is due
 * and how long a key protects; between two transactions this is as near to it as one gets without asking.
 */
@Injectable()
export class DatabaseClock {
  private offset: number | null = null;

  /** A reading, just taken. */
  observe(now: Date): void {
    this.offset = now.getTime() - performance.now();
  }

  /** Milliseconds since 1970; this process's own clock before the first reading. */
  now(): number {
    return this.offset === null ? Date.now() : this.offset + performance.now();
  }
}
