import { Client } from 'pg';
import { startApp, type AppProcess } from '../support/app-process.js';
import { expectCleanBooks } from '../support/books.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { orderRequest, stockShelves, type PlacedOrder } from '../support/shop.js';

const stock = { 'BANK-1': 1_000 };
const count = 60;
const LONG = 240_000;

describe('Orders whose bank and carrier confirm later', () => {
  let database: TestDatabase;
  let client: Client;
  let api: AppProcess;

  beforeAll(async () => {
    database = await createTestDatabase();
    client = new Client({ connectionString: database.url });
    await client.connect();
    api = await start('api');
    await stockShelves(api.http, stock);
  });
  afterAll(async () => {
    await api?.stop();
    await client.end();
    await database.drop();
  });

  const start = (role: 'api' | 'worker') =>
    startApp({ DATABASE_URL: database.url, ROLE: role, LEASE_SECONDS: '2', LOG_LEVEL: 'fatal' });

  async function sagas(where: string): Promise<number> {
    const { rows } = await client.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM saga.instance
        WHERE definition = 'order-fulfillment' AND ${where}`,
    );
    return rows[0]!.count;
  }

  it(
    'are paid and booked once each, though every worker is killed while they wait, and while they are told',
    async () => {
      const workers = await Promise.all([start('worker'), start('worker')]);
      const { body } = await api.http.post<{ items: { order: PlacedOrder }[] }>('/v1/orders/batch', {
        orders: Array.from({ length: count }, (_, index) =>
          orderRequest('BANK-1', {
            paymentMethod: 'pm_card_bank',
            postalCode: index % 2 === 0 ? 'LATER' : '10115',
          }),
        ),
      });
      const orders = body.items.map(({ order }) => order.id);
      const asked = async () => {
        const { rows } = await client.query<{ count: number }>(`SELECT count(*)::int FROM sandbox.charge`);
        return rows[0]!.count;
      };
      await eventually(async () => (await asked()) === count, { within: 20_000 });
      // Nobody is there when the bank tells; the notices are stored all the same.
      workers.forEach((worker) => worker.kill('SIGKILL'));
      await Promise.all(workers.map((worker) => worker.exited));
      const notices = async () => {
        const { rows } = await client.query<{ count: number }>(
          `SELECT count(*)::int AS count FROM platform.webhook_event WHERE type = 'payment.succeeded'`,
        );
        return rows[0]!.count;
      };
      await eventually(async () => (await notices()) === count, { within: 40_000 });

      const next = await start('worker');
      await eventually(async () => (await sagas(`finished_at IS NOT NULL`)) > 0, { within: 40_000 });
      next.kill('SIGKILL');
      await next.exited;
      const last = await start('worker');
      await eventually(async () => (await sagas(`finished_at IS NULL`)) === 0, { within: 60_000 });
      expect(await sagas(`status = 'completed'`)).toBe(count);
      expect(await last.stop()).toEqual({ code: 0, signal: null });
      await expectCleanBooks(database.url, { orders, stock });
    },
    LONG,
  );
});
