import { median, type Row } from '../report/result.js';
import type { Way } from '../baselines/ways.js';
import { checkBooks } from '../world/books.js';
import { audit, fastestShape } from '../world/drain.js';
import type { World } from '../world/world.js';
import { rounds, type Case } from './case.js';

interface Loop {
  readonly inFlight: number;
  readonly warmUp: number;
  readonly orders: number;
}

/** So many orders under way at a time, each placed when another one has ended: placing is part of it. */
export const inFlight: Case = {
  name: 'in-flight',
  about: 'sagas a second with 1, 8, 32 and 128 orders in flight',
  async run({ world, quick, repeat }) {
    const rows: Row[] = [];
    for (const inFlight of quick ? [1, 32] : [1, 8, 32, 128]) {
      const orders = Math.min((quick ? 200 : 1_000) * Math.ceil(Math.sqrt(inFlight)), 8_000);
      const loop = { inFlight, warmUp: Math.ceil(orders / 4), orders };
      const runs = await rounds(repeat, {
        engine: () => loopOfEngine(world, loop),
        'per-step': () => loopByHand(world, 'per-step', loop),
        'one-statement': () => loopByHand(world, 'one-statement', loop),
      });
      const rate = (name: keyof typeof runs) => median(runs[name]);
      rows.push({
        'in flight': String(inFlight),
        'engine/s': rate('engine'),
        'per-step/s': rate('per-step'),
        'one-statement/s': rate('one-statement'),
        'engine / per-step': rate('engine') / rate('per-step'),
        'engine / one-statement': rate('engine') / rate('one-statement'),
      });
    }
    return {
      name: 'in-flight',
      title: 'Orders in flight: placed, carried out, and the next one placed',
      rows,
    };
  },
};

function loopOfEngine(world: World, loop: Loop): Promise<number> {
  return world.inFreshDatabase(async (url) => {
    const engine = world.start('engine', { DATABASE_URL: url });
    await engine.ask('go');
    await world.settle(url);
    const seconds = await engine.ask<number>('closedLoop', loop);
    await audit([engine]);
    await engine.stop();
    await checkBooks(url, 'application', { confirmed: loop.warmUp + loop.orders, cancelled: 0 });
    return loop.orders / seconds;
  });
}

async function loopByHand(world: World, way: Way, loop: Loop): Promise<number> {
  const fastest = await fastestShape(world, way);
  const shape = { ...fastest, connections: Math.min(fastest.connections, loop.inFlight) };
  return world.inFreshDatabase(async (url) => {
    const child = world.start('by-hand', { DATABASE_URL: url });
    await child.ask('ended');
    await world.settle(url);
    const seconds = await child.ask<number>('closedLoop', { ...loop, way, shape });
    await child.stop();
    await checkBooks(url, 'by-hand', { confirmed: loop.warmUp + loop.orders, cancelled: 0 });
    return loop.orders / seconds;
  });
}
