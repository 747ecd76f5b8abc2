import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { startApp, type AppProcess } from '../support/app-process.js';
import { expectCleanBooks } from '../support/books.js';
import { Customers } from '../support/customers.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { Random, seedOfRun } from '../support/random.js';
import { orderRequest, slowDownTheOutside, someTrouble, stockShelves } from '../support/shop.js';

/** `npm run crash -- --kills 50` sets it. */
const kills = Number(process.env.CRASH_KILLS ?? 8);
const seed = seedOfRun();
const clients = 4;
const stock = { 'KILL-1': 5_000, 'KILL-2': 5_000, 'KILL-3': 40 };
const skus = Object.keys(stock);

describe(`kill -9 of the one process, ${kills} times while orders run (CRASH_SEED=${seed})`, () => {
  let database: TestDatabase;
  let client: Client;
  let app: AppProcess | undefined;

  beforeAll(async () => {
    database = await createTestDatabase();
    client = new Client({ connectionString: database.url });
    await client.connect();
  });
  afterAll(async () => {
    // Still there only when the test failed; what it says must not be drowned by what it left behind.
    app?.kill('SIGKILL');
    await app?.exited;
    await client.end();
    await database.drop();
  });

  const start = () => startApp({ DATABASE_URL: database.url, LEASE_SECONDS: '1', LOG_LEVEL: 'fatal' });

  async function openOrders(): Promise<Record<string, number>> {
    const { rows } = await client.query<{ status: string; count: number }>(
      `SELECT i.status || ' at ' || COALESCE(i.current_step, '-') || ' ' || COALESCE(i.error_code, '') AS status,
              count(*)::int AS count
         FROM saga.instance i
        WHERE i.definition = 'order-fulfillment' AND i.finished_at IS NULL GROUP BY 1`,
    );
    return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
  }

  it(
    'loses no order, does nothing twice, and every order reaches its end after the last start',
    async () => {
      const random = new Random(seed);
      const customers = new Customers((customerId) => {
        const lines = [{ sku: random.pick(skus), quantity: random.between(1, 3) }];
        return orderRequest('', { customerId, lines, ...someTrouble(random) });
      });
      app = await start();
      await stockShelves(app.http, stock);
      await slowDownTheOutside(app.http, 40);
      for (let kill = 0; kill < kills; kill++) {
        const ordering = customers.orderUntilItDies(app.http, clients);
        await delay(random.between(0, 700));
        app.kill('SIGKILL');
        await Promise.all([app.exited, ordering]);
        app = await start();
      }
      await customers.repeat(app.http);
      await eventually(async () => expect(await openOrders()).toEqual({}), { within: 60_000, every: 100 });
      expect(await app.stop()).toEqual({ code: 0, signal: null });

      const { rows } = await client.query<{ id: string; customer_id: string }>(
        `SELECT id, customer_id FROM orders."order"`,
      );
      const orders = new Map(rows.map((row) => [row.customer_id, row.id]));
      expect(rows).toHaveLength(orders.size);
      expect(orders).toEqual(customers.taken);
      await expectCleanBooks(database.url, { orders: [...orders.values()], stock });
      const { rows: ends } = await client.query<{ status: string }>(
        `SELECT DISTINCT status FROM orders."order" ORDER BY 1`,
      );
      expect(ends.map(({ status }) => status)).toEqual(['cancelled', 'confirmed']);
    },
    60_000 + kills * 10_000,
  );
});
