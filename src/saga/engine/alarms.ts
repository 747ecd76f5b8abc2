/** Timers by saga, one each; memory only: whoever takes a saga over looks at the time itself. */
export class Alarms {
  private readonly timers = new Map<string, NodeJS.Timeout>();

  /** Rings in so many milliseconds, instead of when it was to ring before. */
  set(id: string, ms: number, ring: () => void): void {
    this.forget(id);
    const timer = setTimeout(
      () => {
        this.timers.delete(id);
        ring();
      },
      Math.min(Math.max(0, ms) + 1, longestMs),
    );
    this.timers.set(id, timer);
  }

  forget(id: string): void {
    clearTimeout(this.timers.get(id));
    this.timers.delete(id);
  }

  clear(): void {
    [...this.timers.keys()].forEach((id) => this.forget(id));
  }
}

/** A longer timer would ring at once. */
const longestMs = 2 ** 31 - 1;
