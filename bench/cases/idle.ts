import { setTimeout as sleep } from 'node:timers/promises';
import { quantile } from '../report/result.js';
import { checkBooks } from '../world/books.js';
import { audit } from '../world/drain.js';
import { withClient } from '../world/server.js';
import { until } from '../world/until.js';
import { spent } from '../world/usage.js';
import type { Case } from './case.js';

/** Transactions of the look itself. */
const ownTransactions = 2;

/** Between the commit's clock and that of the first wave over the same saga, in milliseconds. */
const startDelays = `
  SELECT extract(epoch FROM min(j.at) FILTER (WHERE j.seq > 1) - min(j.at)) * 1000 AS ms
    FROM saga.journal j JOIN saga.instance i ON i.id = j.saga_id AND i.definition = 'order-fulfillment'
   GROUP BY j.saga_id`;

/** An API and a worker with nothing to do, and then an order now and then. */
export const idle: Case = {
  name: 'idle',
  about: 'transactions a second with nothing to do, and how soon an order then starts',
  async run({ world, quick }) {
    const seconds = quick ? 6 : 60;
    const orders = quick ? 6 : 30;
    const { perSecond, delays } = await world.inFreshDatabase(async (url) => {
      const [api, worker] = ['api', 'worker'].map((role) =>
        world.start('engine', { DATABASE_URL: url, ROLE: role }),
      );
      await Promise.all([api!.ask('go'), worker!.ask('go')]);
      const pids = [api!.pid, worker!.pid];
      await sleep(quick ? 3_000 : 5_000);
      const from = await spent(world.server, url, pids);
      await sleep(seconds * 1_000);
      const to = await spent(world.server, url, pids);
      for (let placed = 0; placed < orders; placed++) {
        await api!.ask('place', { orders: 1, failing: 0 });
        await sleep(200 + Math.random() * 300);
      }
      await until('all orders are done', async () => (await worker!.ask<number>('ended')) >= orders);
      await audit([worker!]);
      await checkBooks(url, 'application', { confirmed: orders, cancelled: 0 });
      const { rows } = await withClient(url, (client) => client.query<{ ms: string }>(startDelays));
      await Promise.all([api!.stop(), worker!.stop()]);
      const transactions = to.transactions - from.transactions - ownTransactions;
      return {
        perSecond: transactions / ((to.at - from.at) / 1_000),
        delays: rows.map(({ ms }) => Number(ms)),
      };
    });
    return {
      name: 'idle',
      title: 'Idle: an API process and a worker with nothing to do',
      note: 'The start is when the first wave has the saga; the clock of the database says both times.',
      rows: [
        {
          processes: 2,
          'transactions/s of both': perSecond,
          'an order starts after, p50 ms': quantile(delays, 0.5),
          'longest ms': Math.max(...delays),
        },
      ],
      ratios: [{ what: 'transactions a second and process', is: perSecond / 2, goal: { most: 1 } }],
    };
  },
};
