import { Client } from 'pg';
import { startApp, type AppProcess } from '../support/app-process.js';
import { expectCleanBooks } from '../support/books.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { orderRequest, stockShelves, type PlacedOrder } from '../support/shop.js';

const stock = { 'TRACK-1': 100 };
const orders = 6;

describe('kill -9 while orders wait for the carrier', () => {
  let database: TestDatabase;
  let client: Client;
  let app: AppProcess;

  beforeAll(async () => {
    database = await createTestDatabase();
    client = new Client({ connectionString: database.url });
    await client.connect();
  });
  afterAll(async () => {
    app.kill('SIGKILL');
    await app.exited;
    await client.end();
    await database.drop();
  });

  const start = async (tracking: 'on' | 'off') => {
    const env = { DATABASE_URL: database.url, LEASE_SECONDS: '1', LOG_LEVEL: 'fatal' };
    app = await startApp({ ...env, SANDBOX_TRACKING: tracking });
  };
  const statuses = async (table: string): Promise<Record<string, number>> => {
    const { rows } = await client.query<{ status: string; count: number }>(
      `SELECT status, count(*)::int AS count FROM ${table} GROUP BY 1`,
    );
    return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
  };
  const tracking = `(SELECT * FROM saga.instance WHERE definition = 'order-tracking') AS tracking`;

  it('brings every order to its door after the last start, and each word of the carrier counts once', async () => {
    await start('on');
    await stockShelves(app.http, stock);
    const placed = await Promise.all(
      Array.from({ length: orders }, () => app.http.post<PlacedOrder>('/v1/orders', orderRequest('TRACK-1'))),
    );
    await eventually(async () => expect(await statuses(tracking)).toMatchObject({ waiting: orders }), {
      within: 30_000,
    });
    // In the middle of the waits for collection, of those for delivery, and of what moves the orders on.
    for (let kill = 0; kill < 4; kill++) {
      const before = JSON.stringify(await statuses('orders."order"'));
      app.kill('SIGKILL');
      await app.exited;
      await start('on');
      await eventually(async () => {
        const now = await statuses('orders."order"');
        return JSON.stringify(now) !== before || now.delivered === orders;
      });
    }

    await eventually(async () => expect(await statuses('orders."order"')).toEqual({ delivered: orders }), {
      within: 60_000,
    });
    await eventually(async () => expect(await statuses(tracking)).toEqual({ completed: orders }));
    await expectCleanBooks(database.url, { orders: placed.map(({ body }) => body.id), stock });
  }, 120_000);
});
