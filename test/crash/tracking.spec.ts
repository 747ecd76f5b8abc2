import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { SegmentUpkeep } from '../../src/saga/engine/segment-upkeep.js';
import { startApp, type AppProcess } from '../support/app-process.js';
import { expectCleanBooks } from '../support/books.js';
import { ControlledClock } from '../support/controlled-clock.js';
import { bootShop } from '../support/crash/shop-process.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { orderRequest, stockShelves, type PlacedOrder } from '../support/shop.js';
import { signWebhook } from '../support/sign-webhook.js';

const stock = { 'TRACK-1': 100 };
const orders = 6;

describe('kill -9 while orders wait for the carrier', () => {
  let database: TestDatabase;
  let client: Client;
  let app: AppProcess;

  beforeEach(async () => {
    database = await createTestDatabase();
    client = new Client({ connectionString: database.url });
    await client.connect();
  });
  afterEach(async () => {
    await kill();
    await client.end();
    await database.drop();
  });

  const start = async (tracking: 'on' | 'off') => {
    const env = { DATABASE_URL: database.url, LEASE_SECONDS: '1', LOG_LEVEL: 'fatal' };
    app = await startApp({ ...env, SANDBOX_TRACKING: tracking });
  };
  const kill = async () => {
    app.kill('SIGKILL');
    await app.exited;
  };
  const place = async (): Promise<string[]> => {
    await stockShelves(app.http, stock);
    const placed = await Promise.all(
      Array.from({ length: orders }, () => app.http.post<PlacedOrder>('/v1/orders', orderRequest('TRACK-1'))),
    );
    await eventually(async () => expect(await statuses(tracking)).toMatchObject({ waiting: orders }), {
      within: 30_000,
    });
    return placed.map(({ body }) => body.id);
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
    const placed = await place();
    // In the middle of the waits for collection, of those for delivery, and of what moves the orders on.
    for (let kills = 0; kills < 4; kills++) {
      const before = JSON.stringify(await statuses('orders."order"'));
      await kill();
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
    await expectCleanBooks(database.url, { orders: placed, stock });
  }, 120_000);

  it('and so it does in the middle of a wait whose journal continues in a new segment', async () => {
    const clock = await ControlledClock.install(database.url);
    await start('off');
    const placed = await place();
    await kill();
    await clock.advance(25 * 60 * 60 * 1_000);
    await clock.close();
    const upkeep = await bootShop(database.url, 2);
    await upkeep.get(SegmentUpkeep).run();
    await upkeep.close();
    const { rows } = await client.query<{ segment_seq: number }>(`SELECT segment_seq FROM ${tracking}`);
    expect(rows.filter(({ segment_seq: seq }) => seq > 1)).toHaveLength(orders);

    await start('off');
    await kill();
    await start('off');
    for (const event of ['shipment.in_transit', 'shipment.delivered']) await tellOfAll(event);
    await eventually(async () => expect(await statuses(tracking)).toEqual({ completed: orders }), {
      within: 30_000,
    });
    expect(await statuses('orders."order"')).toEqual({ delivered: orders });
    await expectCleanBooks(database.url, { orders: placed, stock });
  }, 120_000);

  /** As the carrier does, but when the test likes. */
  async function tellOfAll(type: string): Promise<void> {
    const { rows } = await client.query<{ trackingNumber: string }>(
      'SELECT tracking_number AS "trackingNumber" FROM shipping.shipment',
    );
    for (const data of rows) {
      const body = JSON.stringify({ id: randomUUID(), type, createdAt: new Date().toISOString(), data });
      const headers = signWebhook('demo-webhook-secret', body);
      const { status } = await app.http.post('/v1/webhooks/carrier', body, { key: null, headers });
      expect(status).toBe(200);
    }
  }
});
