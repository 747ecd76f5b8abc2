import type { Shape } from '../baselines/ways.js';
import { median, quantile } from '../report/result.js';
import { checkBooks } from '../world/books.js';
import { audit, fastestShape } from '../world/drain.js';
import { until } from '../world/until.js';
import type { World } from '../world/world.js';
import { rounds, type Case } from './case.js';

const perSecond = 20;
/** Clients that place the orders before. */
const clients = 8;

/** Orders at a steady rate. */
interface Rate {
  readonly everyMs: number;
  readonly orders: number;
}

/** Milliseconds from accepted to done, of each order, by contender. */
type Latencies = Record<string, number[]>;

/** A process with a database of its own. */
interface Contender {
  /** Places so many at that rate, and answers how long each took. */
  readonly atRate: (rate: Rate) => Promise<number[]>;
  /** Checks the books of all that it has carried out, and ends it. */
  readonly end: (confirmed: number) => Promise<void>;
}

/**
 * Orders come one by one, far below what goes through: from the commit that took one to the one that ended it. Of a
 * process that has carried out some thousand orders before, as one has after some minutes of its life, and of the
 * engine's as it is when it has just started: little of its code is compiled by then.
 */
export const latency: Case = {
  name: 'latency',
  about: 'from accepted to done at 20 orders a second, over HTTP',
  async run({ world, quick, repeat }) {
    const rate = { everyMs: 1_000 / perSecond, orders: perSecond * (quick ? 2 : 5) };
    const turns = quick ? 2 : 6;
    const before = quick ? 500 : 3_000;
    const shape = await fastestShape(world, 'per-step');
    const runs = await rounds<string, Latencies>(repeat, {
      both: () => byTurns(world, shape, { rate, turns, before }),
      started: () => justStarted(world, { ...rate, orders: rate.orders * turns }),
    });
    const taken = Object.values(runs).flat();
    const of = (name: string, share: number) =>
      median(taken.flatMap((run) => (run[name] ? [quantile(run[name], share)] : [])));
    const names = ['engine', 'per-step', 'engine, just started'];
    return {
      name: 'latency',
      title: `Latency at ${perSecond} orders a second, in milliseconds from accepted to done`,
      note:
        `Behind ${before.toLocaleString('en')} orders that went through the same process, but for the last line. ` +
        `Engine and per-step by turns of ${rate.orders} orders.`,
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

/** Both live at once, and one of them works: what slows the machine down for some seconds does so to both. */
function byTurns(
  world: World,
  shape: Shape,
  { rate, turns, before }: { rate: Rate; turns: number; before: number },
): Promise<Latencies> {
  return world.inFreshDatabase((ours) =>
    world.inFreshDatabase(async (theirs) => {
      const engine = await startEngine(world, ours, before);
      const byHand = await startByHand(world, theirs, before, shape);
      const taken: { engine: number[]; 'per-step': number[] } = { engine: [], 'per-step': [] };
      for (let turn = 0; turn <= turns; turn++) {
        const [engines, byHands] = [await engine.atRate(rate), await byHand.atRate(rate)];
        // What is slow only because it went so fast before.
        if (turn === 0) continue;
        taken.engine.push(...engines);
        taken['per-step'].push(...byHands);
      }
      const confirmed = before + rate.orders * (turns + 1);
      await engine.end(confirmed);
      await byHand.end(confirmed);
      return taken;
    }),
  );
}

function justStarted(world: World, rate: Rate): Promise<Latencies> {
  return world.inFreshDatabase(async (url) => {
    const warmUp = { ...rate, orders: perSecond * 2 };
    const engine = await startEngine(world, url, 0);
    await engine.atRate(warmUp);
    const taken = await engine.atRate(rate);
    await engine.end(warmUp.orders + rate.orders);
    return { 'engine, just started': taken };
  });
}

async function startEngine(world: World, url: string, before: number): Promise<Contender> {
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
  if (before > 0) await client.ask('allOf', { url: at, orders: before, clients });
  await doneWith(before);
  return {
    atRate: async (rate) => {
      await client.ask('atRate', { url: at, ...rate });
      return doneWith(rate.orders);
    },
    end: async (confirmed) => {
      await audit([engine]);
      await Promise.all([client.stop(), engine.stop()]);
      await checkBooks(url, 'application', { confirmed, cancelled: 0 });
    },
  };
}

async function startByHand(world: World, url: string, before: number, shape: Shape): Promise<Contender> {
  const contender = { way: 'per-step', shape };
  const child = world.start('by-hand', { DATABASE_URL: url });
  await child.ask('place', { orders: before });
  await child.ask('drain', contender);
  return {
    atRate: (rate) => child.ask<number[]>('atRate', { ...rate, ...contender }),
    end: async (confirmed) => {
      await child.stop();
      await checkBooks(url, 'by-hand', { confirmed, cancelled: 0 });
    },
  };
}
