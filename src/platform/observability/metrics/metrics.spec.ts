import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { readMetricsPage } from '../../../../test/support/metrics-page.js';
import { Metrics } from './metrics.js';

describe('the page of metrics', () => {
  beforeAll(() => void Logger.overrideLogger(false));
  afterEach(() => jest.useRealTimers());

  const withReading = (ask: () => Promise<number>) => {
    const metrics = new Metrics();
    const all = metrics.gauge({ name: 'stock_pieces', help: 'Pieces.' });
    const bySku = metrics.gauge({ name: 'stock_by_sku', help: 'Pieces.', labels: ['sku'] });
    metrics.reading({
      name: 'stock',
      gauges: [all, bySku],
      ask,
      show: (pieces) => {
        all.set(pieces);
        bySku.set({ sku: `SKU-${pieces}` }, pieces);
      },
    });
    return metrics;
  };
  const valueIn = (page: string, name: string) =>
    page
      .split('\n')
      .filter((line) => line.startsWith(name))
      .map((line) => line.slice(line.lastIndexOf(' ') + 1))[0];

  it('shows what anybody has added to it', async () => {
    const metrics = new Metrics();
    metrics
      .counter({ name: 'parcels_total', help: 'Parcels.', labels: ['carrier'] })
      .inc({ carrier: 'dhl' }, 2);
    metrics.histogram({ name: 'weight_grams', help: 'Weights.' }, [100, 500]).observe(200);
    const page = await metrics.page();
    expect(page).toContain('# HELP parcels_total Parcels.\n# TYPE parcels_total counter\n');
    expect(page).toContain('parcels_total{carrier="dhl"} 2');
    expect(page).toContain('weight_grams_bucket{le="500"} 1');
  });

  it('shows a busy histogram as it would show any other', async () => {
    const [busy, usual] = [new Metrics(), new Metrics()];
    const options = { name: 'took_seconds', help: 'Took.', labels: ['step', 'version'] };
    const ours = busy.busyHistogram(options, [0.1, 1]);
    const theirs = usual.histogram(options, [0.1, 1]);
    for (const [value, step, version] of [
      [0.05, 'pay', 1],
      [0.1, 'pay', 1],
      [0.5, 'pay', 2],
      [7, 'pay', 1],
      [0, 'shi"p', 1],
    ] as const) {
      ours.observe(value, step, version);
      theirs.observe({ step, version }, value);
    }
    const samplesOf = async (metrics: Metrics) => {
      const { samples } = readMetricsPage(await metrics.page());
      return samples.filter(({ name }) => name.startsWith('took'));
    };
    expect(await samplesOf(busy)).toEqual(await samplesOf(usual));
    expect(await samplesOf(busy)).toHaveLength(3 * 5);
    expect(await busy.page()).toContain('# TYPE took_seconds histogram');
  });

  it('takes no name twice', () => {
    const metrics = new Metrics();
    metrics.counter({ name: 'parcels_total', help: 'Parcels.' });
    expect(() => metrics.counter({ name: 'parcels_total', help: 'More.' })).toThrow(/parcels_total/);
  });

  it('asks once in five seconds, however many scrape', async () => {
    jest.useFakeTimers();
    let asked = 0;
    const metrics = withReading(() => Promise.resolve(++asked));
    await Promise.all([metrics.page(), metrics.page()]);
    expect(valueIn(await metrics.page(), 'stock_pieces')).toBe('1');
    jest.advanceTimersByTime(5_001);
    const page = await metrics.page();
    expect(valueIn(page, 'stock_pieces')).toBe('2');
    expect(page.match(/^stock_by_sku.*/gm)).toEqual(['stock_by_sku{sku="SKU-2"} 2']);
  });

  it('asks what takes long more rarely: a twentieth of the time at most', async () => {
    jest.useFakeTimers();
    let asked = 0;
    const metrics = withReading(() => {
      jest.advanceTimersByTime(1_000);
      return Promise.resolve(++asked);
    });
    await metrics.page();
    jest.advanceTimersByTime(19_000);
    await metrics.page();
    expect(asked).toBe(1);
    jest.advanceTimersByTime(2_000);
    await metrics.page();
    expect(asked).toBe(2);
  });

  it('leaves out what it cannot read, counts that, and shows the rest', async () => {
    jest.useFakeTimers();
    let broken = false;
    const metrics = withReading(() =>
      broken ? Promise.reject(new Error('no database')) : Promise.resolve(7),
    );
    metrics.counter({ name: 'parcels_total', help: 'Parcels.' }).inc();
    expect(valueIn(await metrics.page(), 'stock_pieces')).toBe('7');
    broken = true;
    jest.advanceTimersByTime(5_001);
    const page = await metrics.page();
    expect(valueIn(page, 'stock_')).toBeUndefined();
    expect(valueIn(page, 'parcels_total')).toBe('1');
    expect(page).toContain('metrics_readings_failed_total{reading="stock"} 1');
  });

  it('waits two seconds for an answer, and shows it next time', async () => {
    jest.useFakeTimers();
    let answer: (pieces: number) => void = () => undefined;
    const metrics = withReading(() => new Promise((done) => (answer = done)));
    const page = metrics.page();
    await jest.advanceTimersByTimeAsync(2_000);
    expect(valueIn(await page, 'stock_pieces')).toBeUndefined();
    answer(9);
    await jest.advanceTimersByTimeAsync(0);
    expect(valueIn(await metrics.page(), 'stock_pieces')).toBe('9');
  });
});
