import { median, quantile } from '../report/result.js';
import { checkBooks } from '../world/books.js';
import { audit, fastestShape } from '../world/drain.js';
import { until } from '../world/until.js';
import type { World } from '../world/world.js';
import { rounds, type Case } from './case.js';

const perSecond = 20;

/** Orders come one by one, far below what goes through: from the commit that took one to the one that ended it. */
export const latency: Case = {
  name: 'latency',
  about: 'from accepted to done at 20 orders a second, over HTTP',
  async run({ world, quick, repeat }) {
    const load = { everyMs: 1_000 / perSecond, orders: perSecond * (quick ? 5 : 30) };
    const warmUp = perSecond * 2;
    const runs = await rounds(repeat, {
      engine: async () => (await latenciesOfEngine(world, load)).slice(warmUp),
      'per-step': async () => (await latenciesByHand(world, load)).slice(warmUp),
    });
    const of = (name: keyof typeof runs, share: number) =>
      median(runs[name].map((run) => quantile(run, share)));
    return {
      name: 'latency',
      title: `Latency at ${perSecond} orders a second, in milliseconds from accepted to done`,
      rows: (['engine', 'per-step'] as const).map((name) => ({
        contender: name,
        p50: of(name, 0.5),
        p99: of(name, 0.99),
      })),
      ratios: [
        {
          what: 'p50, engine / one transaction a step',
          is: of('engine', 0.5) / of('per-step', 0.5),
          goal: { most: 2 },
        },
      ],
    };
  },
};

interface Rate {
  readonly everyMs: number;
  readonly orders: number;
}

function latenciesOfEngine(world: World, rate: Rate): Promise<number[]> {
  return world.inFreshDatabase(async (url) => {
    const engine = world.start('engine', { DATABASE_URL: url });
    const client = world.start('load', {});
    await client.ask('atRate', { ...rate, url: await engine.ask<string>('listen') });
    const latencies: number[] = [];
    await until('all orders are done', async () => {
      latencies.push(...(await engine.ask<number[]>('latencies')));
      return latencies.length >= rate.orders;
    });
    await audit([engine]);
    await Promise.all([client.stop(), engine.stop()]);
    await checkBooks(url, 'application', { confirmed: rate.orders, cancelled: 0 });
    return latencies;
  });
}

async function latenciesByHand(world: World, rate: Rate): Promise<number[]> {
  const shape = await fastestShape(world, 'per-step');
  return world.inFreshDatabase(async (url) => {
    const child = world.start('by-hand', { DATABASE_URL: url });
    const latencies = await child.ask<number[]>('atRate', { ...rate, way: 'per-step', shape });
    await child.stop();
    await checkBooks(url, 'by-hand', { confirmed: rate.orders, cancelled: 0 });
    return latencies;
  });
}
