import { Client } from 'pg';
import { startApp, type AppProcess } from '../support/app-process.js';
import { expectCleanBooks } from '../support/books.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { orderRequest, slowDownTheOutside, stockShelves, type PlacedOrder } from '../support/shop.js';

const leaseSeconds = 2;
/** Without a signal a worker looks for due sagas this often; see the engine's recovery. */
const pollMs = 1_500;
/** For a machine that does other things too. */
const graceMs = 2_000;
/** Calls to the outside that one worker has under way at a time; see the engine's call desk. */
const callsAtATime = 128;
const stock = { 'WORK-1': 100_000 };

describe('one API process and two workers on one database', () => {
  let database: TestDatabase;
  let client: Client;
  let api: AppProcess;
  const orders: string[] = [];

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
    startApp({
      DATABASE_URL: database.url,
      ROLE: role,
      LEASE_SECONDS: String(leaseSeconds),
      LOG_LEVEL: 'fatal',
    });

  async function place(count: number): Promise<string[]> {
    const requests = Array.from({ length: count }, (_, index) =>
      orderRequest('WORK-1', { postalCode: index % 5 === 0 ? 'REJECT' : '10115' }),
    );
    const { status, body } = await api.http.post<{ items: { order: PlacedOrder }[] }>('/v1/orders/batch', {
      orders: requests,
    });
    expect(status).toBe(207);
    const placed = body.items.map(({ order }) => order.id);
    orders.push(...placed);
    return placed;
  }

  /** The id under which a process owns sagas. */
  async function workerId({ pid }: AppProcess): Promise<string> {
    const { rows } = await client.query<{ id: string }>(
      `SELECT id FROM saga.worker WHERE name LIKE '%:' || $1::text`,
      [pid],
    );
    expect(rows).toHaveLength(1);
    return rows[0]!.id;
  }

  async function ownedBy(worker: string): Promise<string[]> {
    const { rows } = await client.query<{ id: string }>(`SELECT id FROM saga.instance WHERE owner = $1`, [
      worker,
    ]);
    return rows.map(({ id }) => id);
  }

  async function charged(orders: readonly string[]): Promise<number> {
    const { rows } = await client.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM sandbox.charge WHERE order_id = ANY($1::uuid[])`,
      [orders],
    );
    return rows[0]!.count;
  }

  async function unfinished(): Promise<number> {
    const { rows } = await client.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM saga.instance
        WHERE definition = 'order-fulfillment' AND finished_at IS NULL`,
    );
    return rows[0]!.count;
  }

  const allFinished = () => eventually(async () => (await unfinished()) === 0, { within: 40_000, every: 50 });

  /** Numbers of the sagas' journal entries of a kind. */
  async function entriesOfKind(kind: string): Promise<number> {
    const { rows } = await client.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM saga.journal j, jsonb_array_elements(j.entries) AS e
        WHERE e ->> 'kind' = $1`,
      [kind],
    );
    return rows[0]!.count;
  }

  it('lets the sagas of a killed worker go on within the lease time', async () => {
    const workers = await Promise.all([start('worker'), start('worker')]);
    await slowDownTheOutside(api.http, 300);
    await place(150);
    // Whoever has something under way dies in the middle of it.
    const { dying, id } = await eventually(async () => {
      for (const dying of workers) {
        const id = await workerId(dying);
        if ((await ownedBy(id)).length > 0) return { dying, id };
      }
      throw new Error('Neither worker has taken up an order yet.');
    });
    const survivor = workers.find((worker) => worker !== dying)!;
    dying.kill('SIGKILL');
    await dying.exited;
    const orphans = await ownedBy(id);
    expect(orphans.length).toBeGreaterThan(0);

    const within = leaseSeconds * 1_000 + pollMs + graceMs;
    await eventually(async () => (await ownedBy(id)).length === 0, { within });
    await allFinished();
    expect(await survivor.stop()).toEqual({ code: 0, signal: null });

    // Claimed once and taken over once at least: each raised the epoch, so the dead one could not have written any more.
    const { rows } = await client.query<{ epoch: number; status: string }>(
      `SELECT epoch, status FROM saga.instance WHERE id = ANY($1::uuid[])`,
      [orphans],
    );
    expect(rows).toHaveLength(orphans.length);
    expect(rows.filter(({ epoch }) => epoch < 3)).toEqual([]);
    await expectCleanBooks(database.url, { orders, stock });
  }, 60_000);

  it('drains on SIGTERM: nothing stays owned, and only calls under way become unknown', async () => {
    const worker = await start('worker');
    const id = await workerId(worker);
    const unknownBefore = await entriesOfKind('outcome-unknown');
    await slowDownTheOutside(api.http, 2_000);
    const placed = await place(callsAtATime + 60);
    // The gateway has taken the first money, and for another second nobody here knows.
    await eventually(async () => (await charged(placed)) > 0);
    expect((await ownedBy(id)).length).toBeGreaterThan(callsAtATime);
    expect(await worker.stop()).toEqual({ code: 0, signal: null });

    const { rows } = await client.query<{ owned: number; workers: number; waiting: number }>(
      `SELECT (SELECT count(*)::int FROM saga.instance WHERE owner IS NOT NULL) AS owned,
              (SELECT count(*)::int FROM saga.worker WHERE id = $1) AS workers,
              (SELECT count(*)::int FROM saga.instance
                WHERE correlation_id = ANY($2::text[]) AND finished_at IS NULL AND wake_at IS NULL) AS waiting`,
      [id, placed],
    );
    expect(rows[0]).toEqual({ owned: 0, workers: 0, waiting: 0 });
    const unknown = (await entriesOfKind('outcome-unknown')) - unknownBefore;
    expect(unknown).toBeGreaterThan(0);
    expect(unknown).toBeLessThanOrEqual(callsAtATime);

    await slowDownTheOutside(api.http, 0);
    const next = await start('worker');
    await allFinished();
    expect(await next.stop()).toEqual({ code: 0, signal: null });
    // The next one asked about those and only those: it was told that nothing else was under way.
    expect((await entriesOfKind('outcome-unknown')) - unknownBefore).toBe(unknown);
    await expectCleanBooks(database.url, { orders, stock });
  }, 60_000);
});
