import { median, quantile } from '../report/result.js';
import { checkBooks } from '../world/books.js';
import { audit, fastestShape } from '../world/drain.js';
import { until } from '../world/until.js';
import type { World } from '../world/world.js';
import { rounds, type Case } from './case.js';

const perSecond = 20;
/** Clients that place the orders before. */
const clients = 8;

/**
 * Orders come one by one, far below what goes through: from the commit that took one to the one that ended it. Of a
 * process that has carried out some thousand orders before, as one has after some minutes of its life, and of the
 * engine's as it is when it has just started: little of its code is compiled by then.
 */
export const latency: Case = {
  name: 'latency',
  about: 'from accepted to done at 20 orders a second, over HTTP',
  async run({ world, quick, repeat }) {
    const load = { everyMs: 1_000 / perSecond, orders: perSecond * (quick ? 5 : 30) };
    const before = quick ? 500 : 3_000;
    const warmUp = perSecond * 2;
    const runs = await rounds(repeat, {
      engine: async () => (await latenciesOfEngine(world, { ...load, before })).slice(warmUp),
      'per-step': async () => (await latenciesByHand(world, { ...load, before })).slice(warmUp),
      'engine, just started': async () =>
        (await latenciesOfEngine(world, { ...load, before: 0 })).slice(warmUp),
    });
    const names = Object.keys(runs) as (keyof typeof runs)[];
    const of = (name: keyof typeof runs, share: number) =>
      median(runs[name].map((run) => quantile(run, share)));
    return {
      name: 'latency',
      title: `Latency at ${perSecond} orders a second, in milliseconds from accepted to done`,
      note: `Behind ${before.toLocaleString('en')} orders that went through the same process, but for the last line.`,
      rows: names.map((name) => ({ contender: name, p50: of(name, 0.5), p99: of(name, 0.99) })),
      ratios: [
        {
          what: 'p50, engine / one transaction a step',
          is: of('engine', 0.5) / of('per-step', 0.5),
          goal: { most: 2 },
        },
        {
          what: 'the same, just started',
          is: of('engine, just started', 0.5) / of('per-step', 0.5),
          goal: null,
        },
      ],
    };
  },
};

interface Rate {
  readonly everyMs: number;
  readonly orders: number;
  /** Orders that go through before, as fast as they go. */
  readonly before: number;
}

function latenciesOfEngine(world: World, { before, ...rate }: Rate): Promise<number[]> {
  return world.inFreshDatabase(async (url) => {
    const engine = world.start('engine', { DATABASE_URL: url });
    const client = world.start('load', {});
    const at = await engine.ask<string>('listen');
    const doneWith = async (orders: number) => {
      const latencies: number[] = [];
      await until('all orders are done', async () => {
        latencies.push(...(await engine.ask<number[]>('latencies')));
        return latencies.length >= orders;
      });
      return latencies;
    };
    await client.ask('allOf', { url: at, orders: before, clients });
    await doneWith(before);
    await client.ask('atRate', { url: at, ...rate });
    const latencies = await doneWith(rate.orders);
    await audit([engine]);
    await Promise.all([client.stop(), engine.stop()]);
    await checkBooks(url, 'application', { confirmed: before + rate.orders, cancelled: 0 });
    return latencies;
  });
}

async function latenciesByHand(world: World, { before, ...rate }: Rate): Promise<number[]> {
  const contender = { way: 'per-step', shape: await fastestShape(world, 'per-step') } as const;
  return world.inFreshDatabase(async (url) => {
    const child = world.start('by-hand', { DATABASE_URL: url });
    await child.ask('place', { orders: before });
    await child.ask('drain', contender);
    const latencies = await child.ask<number[]>('atRate', { ...rate, ...contender });
    await child.stop();
    await checkBooks(url, 'by-hand', { confirmed: before + rate.orders, cancelled: 0 });
    return latencies;
  });
}
