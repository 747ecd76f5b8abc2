/** After the next process has started, a stopped one goes on after so long at the latest, in milliseconds. */
const mostMs = 400;

/** A process that is stopped: it goes on when somebody else has carried on its sagas. */
export class Stall {
  private end!: () => void;
  /** Resolves when it goes on. */
  readonly over = new Promise<void>((end) => (this.end = end));

  /** Another process has started, and may commit something soon, or be held up by what the stopped one has locked. */
  replaced(): void {
    setTimeout(this.end, mostMs);
  }

  release(): void {
    this.end();
  }
}
