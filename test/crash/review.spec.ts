import { Client } from 'pg';
import { startApp, type AppProcess } from '../support/app-process.js';
import { expectCleanBooks } from '../support/books.js';
import { ControlledClock } from '../support/controlled-clock.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { orderRequest, stockShelves, type PlacedOrder } from '../support/shop.js';

const stock = { 'REVIEW-1': 1_000 };
const count = 24;
const LONG = 180_000;
/** How long an order waits for its review. */
const deadlineMs = 3 * 24 * 60 * 60 * 1_000;

describe('Orders that wait for a person', () => {
  let database: TestDatabase;
  let client: Client;
  let clock: ControlledClock;
  let api: AppProcess;

  beforeAll(async () => {
    database = await createTestDatabase();
    clock = await ControlledClock.install(database.url);
    client = new Client({ connectionString: database.url });
    await client.connect();
    api = await start('api');
    await stockShelves(api.http, stock);
  });
  afterAll(async () => {
    await api?.stop();
    await client.end();
    await clock.close();
    await database.drop();
  });

  const start = (role: 'api' | 'worker') =>
    startApp({
      DATABASE_URL: database.url,
      ROLE: role,
      LEASE_SECONDS: '2',
      LOG_LEVEL: 'fatal',
      REVIEW_ABOVE: '1',
    });

  async function sagas(where: string): Promise<number> {
    const { rows } = await client.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM saga.instance WHERE definition = 'order-fulfillment' AND ${where}`,
    );
    return rows[0]!.count;
  }
  async function orders(): Promise<Record<string, number>> {
    const { rows } = await client.query<{ how: string; count: number }>(
      `SELECT concat_ws(' ', status, failure_code) AS how, count(*)::int AS count FROM orders."order" GROUP BY 1`,
    );
    return Object.fromEntries(rows.map(({ how, count: many }) => [how, many]));
  }
  const decide = (id: string, decision: 'approve' | 'decline') =>
    api.http
      .as('demo-operator')
      .post<{ code?: string }>(`/v1/orders/${id}/${decision}`, { reason: 'Called the customer.' });

  it(
    'end as he says or as their deadline does, though every worker is killed while they wait, and after it',
    async () => {
      const worker = await start('worker');
      const { body } = await api.http.post<{ items: { order: PlacedOrder }[] }>('/v1/orders/batch', {
        orders: Array.from({ length: count }, () => orderRequest('REVIEW-1')),
      });
      const ids = body.items.map(({ order }) => order.id);
      await eventually(async () => (await sagas(`status = 'waiting'`)) === count, { within: 20_000 });
      worker.kill('SIGKILL');
      await worker.exited;

      // Nobody is there while people decide, and when the time of the others is up.
      const [approved, declined, late] = [ids.slice(0, 8), ids.slice(8, 12), ids.slice(12)];
      for (const id of approved) expect((await decide(id, 'approve')).status).toBe(202);
      for (const id of declined) expect((await decide(id, 'decline')).status).toBe(202);
      await clock.advance(deadlineMs);
      expect(await decide(late[0]!, 'approve')).toMatchObject({
        status: 409,
        body: { code: 'ORDERS.NOT_WAITING_FOR_REVIEW' },
      });

      const next = await start('worker');
      await eventually(async () => (await sagas('finished_at IS NOT NULL')) > 0, { within: 40_000 });
      next.kill('SIGKILL');
      await next.exited;
      const last = await start('worker');
      await eventually(async () => (await sagas('finished_at IS NULL')) === 0, { within: 60_000 });
      expect(await orders()).toEqual({
        confirmed: approved.length,
        'cancelled ORDERS.DECLINED': declined.length,
        'cancelled ORDERS.REVIEW_TIMED_OUT': late.length,
      });
      expect(await last.stop()).toEqual({ code: 0, signal: null });
      await expectCleanBooks(database.url, { orders: ids, stock });
    },
    LONG,
  );
});
