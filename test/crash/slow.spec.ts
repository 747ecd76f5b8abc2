import { Client } from 'pg';
import { startApp, type AppProcess } from '../support/app-process.js';
import { expectCleanBooks } from '../support/books.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { orderRequest, stockShelves, type PlacedOrder } from '../support/shop.js';

const stock = { 'SLOW-1': 10 };
const LONG = 120_000;

interface Progress {
  readonly attempt: number;
  readonly percent: number;
}

describe('A step of half a minute whose worker is killed in the middle', () => {
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

  async function progress(): Promise<Progress | undefined> {
    const { rows } = await client.query<Progress>(
      `SELECT attempt, (progress ->> 'percent')::float8 AS percent FROM saga.progress`,
    );
    return rows[0];
  }
  const reached = (attempt: number, percent: number) =>
    eventually(
      async () => {
        const now = await progress();
        if (now?.attempt === attempt && now.percent >= percent) return now;
        throw new Error(`It is at ${JSON.stringify(now)}.`);
      },
      { within: 40_000 },
    );

  it(
    'goes on at the next one from where it was, and has its effect once',
    async () => {
      const worker = await start('worker');
      const { body } = await api.http.post<PlacedOrder>(
        '/v1/orders',
        orderRequest('SLOW-1', { postalCode: 'SLOW' }),
      );
      await reached(1, 40);
      worker.kill('SIGKILL');
      await worker.exited;
      const left = (await progress())!;

      const next = await start('worker');
      // Its first report is a step further, and would be of the first percent if it had begun anew.
      const first = await reached(2, 0);
      expect(first.percent).toBeGreaterThan(left.percent);
      await eventually(
        async () => {
          const { rows } = await client.query<{ status: string }>(
            `SELECT status FROM saga.instance WHERE definition = 'order-fulfillment'`,
          );
          expect(rows).toEqual([{ status: 'completed' }]);
        },
        { within: 40_000 },
      );
      expect(await next.stop()).toEqual({ code: 0, signal: null });
      await expectCleanBooks(database.url, { orders: [body.id], stock });
    },
    LONG,
  );
});
