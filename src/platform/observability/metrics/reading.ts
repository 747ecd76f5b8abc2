import type { Gauge } from 'prom-client';

/** What a scrape asks for: one question, and the gauges that show its answer. */
export interface ReadingOptions<T> {
  /** Names it in `metrics_readings_failed_total` and in the log. */
  readonly name: string;
  readonly gauges: readonly Gauge[];
  readonly ask: () => Promise<T>;
  /** Sets the gauges, which have been emptied: what it does not set is not there. */
  readonly show: (answer: T) => void;
}

/** An answer is good for so long, however often it is asked for, in milliseconds. */
const freshForMs = 5_000;
/** Asking may take at most this share of the time: what takes a second is asked for every twenty. */
const longestShare = 1 / 20;
/** A scrape waits so long, and then shows the answer before; the question goes on. */
const patienceMs = 2_000;

/**
 * A question that is asked when somebody scrapes, and not more often than it can be afforded.
 *
 * When it cannot be answered its gauges show nothing: a number from before an outage would look like good news.
 */
export class Reading<T> {
  private asking: Promise<void> | null = null;
  private freshUntil = -Infinity;

  /** @param failed told of each question that could not be answered */
  constructor(
    private readonly options: ReadingOptions<T>,
    private readonly failed: (name: string, error: unknown) => void,
  ) {
    options.gauges.forEach(empty);
  }

  /** Asks, unless the last answer is good enough. Never throws. */
  async refresh(): Promise<void> {
    if (!this.asking && performance.now() < this.freshUntil) return;
    this.asking ??= this.ask().finally(() => {
      this.asking = null;
    });
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((done) => {
      timer = setTimeout(done, patienceMs);
    });
    await Promise.race([this.asking, patience]);
    clearTimeout(timer);
  }

  private async ask(): Promise<void> {
    const { name, gauges, ask, show } = this.options;
    const asked = performance.now();
    try {
      const answer = await ask();
      gauges.forEach(empty);
      show(answer);
    } catch (error) {
      gauges.forEach(empty);
      this.failed(name, error);
    }
    const tookMs = performance.now() - asked;
    this.freshUntil = performance.now() + Math.max(freshForMs, tookMs / longestShare);
  }
}

/** A gauge without labels would stand at zero when it is only reset. */
function empty(gauge: Gauge): void {
  gauge.reset();
  gauge.remove({});
}
