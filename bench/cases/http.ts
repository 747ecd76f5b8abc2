import { median, quantile } from '../report/result.js';
import { audit } from '../world/drain.js';
import { checkBooks } from '../world/books.js';
import { until } from '../world/until.js';
import type { World } from '../world/world.js';
import { rounds, type Case } from './case.js';

const clients = 32;

interface Answered {
  readonly perSecond: number;
  /** Milliseconds of each. */
  readonly times: readonly number[];
  /** All that were placed, those before the clock started as well. */
  readonly placed: number;
}

/** How many orders an API process takes, beside a route of the same framework that stores one row. */
export const http: Case = {
  name: 'http',
  about: 'POST /v1/orders a second and its p99, beside a bare Nest route',
  async run({ world, quick, repeat }) {
    const load = { seconds: quick ? 2 : 10, warmUp: quick ? 2 : 4, clients };
    const runs = await rounds(repeat, {
      'POST /v1/orders': () => ordersTaken(world, load),
      'a bare route': () => notesTaken(world, load),
    });
    const names = ['POST /v1/orders', 'a bare route'] as const;
    const rate = (name: (typeof names)[number]) => median(runs[name].map(({ perSecond }) => perSecond));
    const time = (name: (typeof names)[number], share: number) =>
      median(runs[name].map(({ times }) => quantile(times, share)));
    return {
      name: 'http',
      title: `Taking orders over HTTP, ${clients} clients at a time`,
      note: 'An API process alone; a worker carries out afterwards what it took.',
      rows: names.map((name) => ({
        route: name,
        'requests/s': rate(name),
        'p50 ms': time(name, 0.5),
        'p99 ms': time(name, 0.99),
      })),
      ratios: [{ what: 'orders / bare route', is: rate(names[0]) / rate(names[1]), goal: { least: 0.5 } }],
    };
  },
};

interface Load {
  readonly seconds: number;
  readonly warmUp: number;
  readonly clients: number;
}

function ordersTaken(world: World, load: Load): Promise<Answered> {
  return world.inFreshDatabase(async (url) => {
    const api = world.start('engine', { DATABASE_URL: url, ROLE: 'api' });
    const client = world.start('load', {});
    const answered = await client.ask<Answered>('asManyAsGo', { ...load, url: await api.ask('listen') });
    await Promise.all([client.stop(), api.stop()]);
    const worker = world.start('engine', { DATABASE_URL: url, ROLE: 'worker' });
    await worker.ask('go');
    await until('what was taken is done', async () => (await worker.ask<number>('ended')) >= answered.placed);
    await audit([worker]);
    await worker.stop();
    await checkBooks(url, 'application', { confirmed: answered.placed, cancelled: 0 });
    return answered;
  });
}

function notesTaken(world: World, load: Load): Promise<Answered> {
  return world.inFreshDatabase(async (url) => {
    const bare = world.start('bare-route', { DATABASE_URL: url });
    const client = world.start('load', {});
    const answered = await client.ask<Answered>('asManyAsGo', { ...load, url: await bare.ask('listen') });
    await Promise.all([client.stop(), bare.stop()]);
    return answered;
  });
}
