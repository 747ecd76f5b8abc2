import { Injectable, Logger } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { BusyHistogram } from './busy-histogram.js';
import { Reading, type ReadingOptions } from './reading.js';

/** What a metric is called and means. */
export interface MetricOptions<Label extends string> {
  /** `snake_case` with its unit at the end, for ever: alerts and dashboards rely on it. A counter ends in `_total`. */
  readonly name: string;
  /** One sentence for whoever reads `/metrics`. */
  readonly help: string;
  /** Default none. Of few values each: never an id, a name or an amount. */
  readonly labels?: readonly Label[];
}

/**
 * What this process shows at `/metrics`. Whoever has something to show injects it, and makes a counter, a gauge or a
 * histogram of its own in its constructor.
 */
@Injectable()
export class Metrics {
  private readonly log = new Logger(Metrics.name);
  private readonly registry = new Registry();
  private readonly readings: Pick<Reading<unknown>, 'refresh'>[] = [];
  private readonly readingsFailed = this.counter({
    name: 'metrics_readings_failed_total',
    help: 'Questions to the database for this page that could not be answered; their gauges are left out.',
    labels: ['reading'],
  });

  readonly contentType = this.registry.contentType;

  /** Counts what happened in this process since it started. @throws Error when the name is taken */
  counter<Label extends string = never>({ name, help, labels = [] }: MetricOptions<Label>): Counter<Label> {
    return new Counter({ name, help, labelNames: labels, registers: [this.registry] });
  }

  /** Shows how something stands now. @throws Error when the name is taken */
  gauge<Label extends string = never>({ name, help, labels = [] }: MetricOptions<Label>): Gauge<Label> {
    return new Gauge({ name, help, labelNames: labels, registers: [this.registry] });
  }

  /**
   * Shows how large or how long what happened in this process was.
   * @param buckets upper bounds, ascending, in the unit of the name
   * @throws Error when the name is taken
   */
  histogram<Label extends string = never>(
    { name, help, labels = [] }: MetricOptions<Label>,
    buckets: readonly number[],
  ): Histogram<Label> {
    return new Histogram({
      name,
      help,
      labelNames: labels,
      buckets: [...buckets],
      registers: [this.registry],
    });
  }

  /** As `histogram`, for what happens thousands of times a second; it wants the labels' values in their order. */
  busyHistogram(options: MetricOptions<string>, buckets: readonly number[]): BusyHistogram {
    const { name, help, labels = [] } = options;
    const histogram = new BusyHistogram(name, help, labels, buckets);
    this.registry.registerMetric(histogram as unknown as Histogram);
    return histogram;
  }

  /** Fills gauges whenever somebody scrapes, but not from an answer for each scrape: see `Reading`. */
  reading<T>(options: ReadingOptions<T>): void {
    const reading = new Reading(options, (name, error) => {
      this.readingsFailed.inc({ reading: name });
      this.log.warn({ reading: name, err: error }, 'Metrics could not be read; they are left out.');
    });
    this.readings.push(reading);
  }

  /** Processor, memory, event loop and garbage collector of this process too. To be called once in a process. */
  includeProcess(): void {
    collectDefaultMetrics({ register: this.registry });
  }

  /** The page, in Prometheus's text format. */
  async page(): Promise<string> {
    await Promise.all(this.readings.map((reading) => reading.refresh()));
    return this.registry.metrics();
  }
}
