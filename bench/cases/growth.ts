import type { Row } from '../report/result.js';
import { checkBooks } from '../world/books.js';
import { audit } from '../world/drain.js';
import type { Case } from './case.js';

const inFlight = 128;

interface Memory {
  readonly rss: number;
  readonly heap: number;
}

/** One process takes and carries out 200,000 orders; its heap, after a collection, must not follow them. */
export const growth: Case = {
  name: 'growth',
  about: 'memory of one process over 200,000 sagas; takes minutes',
  only: 'named',
  async run({ world, quick }) {
    const portions = 10;
    const orders = (quick ? 10_000 : 200_000) / portions;
    const rows = await world.inFreshDatabase(async (url) => {
      const engine = world.start('engine', { DATABASE_URL: url }, ['--expose-gc']);
      await engine.ask('go');
      const seen: { sagas: number; rss: number; heap: number }[] = [];
      for (let portion = 1; portion <= portions; portion++) {
        await engine.ask('closedLoop', { inFlight, warmUp: 0, orders });
        // What this process remembers for the benchmark alone does not count.
        await engine.ask('pour');
        await engine.ask('latencies');
        seen.push({ sagas: portion * orders, ...(await engine.ask<Memory>('memory')) });
      }
      await audit([engine]);
      await engine.stop();
      await checkBooks(url, 'application', { confirmed: portions * orders, cancelled: 0 });
      return seen;
    });
    const shown = rows.map(({ sagas, rss, heap }): Row => {
      return { 'after sagas': sagas.toLocaleString('en'), 'RSS MB': rss, 'heap MB': heap };
    });
    const [first, last] = [rows[1]!, rows.at(-1)!];
    return {
      name: 'growth',
      title: `Memory of one process with ${inFlight} orders in flight, after a collection`,
      rows: shown,
      ratios: [{ what: 'heap, last / second portion', is: last.heap / first.heap, goal: { most: 1.1 } }],
    };
  },
};
