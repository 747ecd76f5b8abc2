import { Client } from 'pg';
import { startApp, type AppProcess } from '../support/app-process.js';
import { expectCleanBooks } from '../support/books.js';
import { ControlledClock } from '../support/controlled-clock.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { orderRequest, stockShelves, type PlacedOrder } from '../support/shop.js';

const stock = { 'BULK-1': 100 };
/** Fewer in a row than make an outage: each of them uses up its attempts and is parked. */
const atATime = 4;
const total = 2 * atATime;
const patience = { within: 60_000, every: 50 };

interface Job {
  readonly id: string;
  readonly status: string;
  readonly endedBecause: string | null;
  readonly progress: Readonly<Record<string, number>>;
}

describe('A bulk retry, with a probe and at a rate, whose workers are killed', () => {
  let database: TestDatabase;
  let clock: ControlledClock;
  let client: Client;
  let api: AppProcess;
  const running = new Set<AppProcess>();
  const orders: string[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
    clock = await ControlledClock.install(database.url);
    client = new Client({ connectionString: database.url });
    await client.connect();
    // So long a lease that moving the clock does not end it.
    const parking = await start('all', 3_600);
    await stockShelves(parking.http, stock);
    while (orders.length < total) await parkSome(parking);
    await stop(parking);
    api = await start('api');
    // So slow that those who are killed have calls under way.
    const faults = { carrier: 'healed', latencyMs: 400 };
    expect((await operator().put('/v1/sandbox/faults', faults)).status).toBe(200);
  }, 240_000);
  afterAll(async () => {
    for (const process of running) {
      process.kill('SIGKILL');
      await process.exited;
    }
    await client.end();
    await clock.close();
    await database.drop();
  });

  async function start(role: string, leaseSeconds = 2): Promise<AppProcess> {
    const settings = { ROLE: role, LEASE_SECONDS: String(leaseSeconds), LOG_LEVEL: 'fatal' };
    const process = await startApp(
      { DATABASE_URL: database.url, ...settings },
      // A worker starts while the others are busy.
      { startTimeoutMs: 60_000 },
    );
    running.add(process);
    return process;
  }
  async function stop(process: AppProcess): Promise<void> {
    running.delete(process);
    expect(await process.stop()).toEqual({ code: 0, signal: null });
  }
  async function kill(process: AppProcess): Promise<void> {
    running.delete(process);
    process.kill('SIGKILL');
    expect(await process.exited).toEqual({ code: null, signal: 'SIGKILL' });
  }

  const operator = () => api.http.as('demo-operator');
  const one = async <Row extends object>(sql: string, values: unknown[] = []) =>
    (await client.query<Row>(sql, values)).rows[0]!;

  /** Orders that the carrier fails until it is healed, at the end of their attempts. */
  async function parkSome({ http }: AppProcess): Promise<void> {
    for (let count = 0; count < atATime; count++) {
      const order = orderRequest('BULK-1', { postalCode: 'DOWN' });
      orders.push((await http.post<PlacedOrder>('/v1/orders', order)).body.id);
    }
    await eventually(
      async () => {
        const { count } = await one<{ count: number }>(
          `SELECT count(*)::int AS count FROM saga.instance WHERE status = 'parked'`,
        );
        if (count === orders.length) return;
        // After that long the breaker begins to count anew.
        await clock.advance(61_000);
        throw new Error(`${count} of ${orders.length} are parked.`);
      },
      { within: 60_000, every: 200 },
    );
  }

  const job = async (id: string) => (await operator().get<Job>(`/v1/admin/jobs/${id}`)).body;
  /** The sagas on which the job has acted, by the audit, one for each time. */
  async function acted(id: string): Promise<string[]> {
    const { rows } = await client.query<{ saga_id: string }>(
      `SELECT saga_id FROM saga.audit WHERE job_id = $1 AND action = 'saga.retry' ORDER BY saga_id`,
      [id],
    );
    return rows.map(({ saga_id }) => saga_id);
  }
  const ownerOf = async (id: string) =>
    (await one<{ owner: string | null }>(`SELECT owner FROM saga.job WHERE id = $1`, [id])).owner;
  /** Waits for a worker whose job it is and that none of these is. */
  const newOwner = (id: string, ...others: (string | null)[]) =>
    eventually(async () => {
      const owner = await ownerOf(id);
      expect([null, ...others]).not.toContain(owner);
      return owner;
    }, patience);

  it('is taken up by the others, which act on every other saga, and on none twice', async () => {
    const { rows: sagas } = await client.query<{ id: string }>(
      `SELECT id FROM saga.instance WHERE status = 'parked' ORDER BY id`,
    );
    expect(sagas).toHaveLength(total);

    const first = await start('worker');
    const standby = await start('worker');
    // Stopped for an instant, so that it is known whose the job is.
    standby.kill('SIGSTOP');
    const { status, body } = await operator().post<Job>('/v1/admin/sagas/bulk', {
      ...{ action: 'retry', filter: { status: 'parked', step: 'arrange-shipping' } },
      ...{ reason: 'The carrier is back.', probe: true, ratePerSecond: 1, stopOnRepeat: true },
    });
    expect([status, body.progress.total]).toEqual([202, total]);
    const dying = await newOwner(body.id);
    standby.kill('SIGCONT');

    // While the probe is under way.
    await eventually(async () => expect((await acted(body.id)).length).toBeGreaterThanOrEqual(1), patience);
    await kill(first);
    const next = await newOwner(body.id, dying);
    // Amid the others.
    await eventually(async () => expect((await acted(body.id)).length).toBeGreaterThanOrEqual(4), patience);
    await kill(standby);
    const before = await job(body.id);
    expect(before.progress.waiting).toBeGreaterThan(0);
    expect(before.status).toBe('running');

    const last = await start('worker');
    await newOwner(body.id, dying, next);
    const done = await eventually(async () => {
      const seen = await job(body.id);
      expect(seen.status).not.toBe('running');
      return seen;
    }, patience);
    const rest = { waiting: 0, underWay: 0, failedAgain: 0, refused: 0, previewed: 0 };
    expect(done).toMatchObject({ status: 'completed', endedBecause: null });
    expect(done.progress).toEqual({ total, movedOn: total, ...rest });
    expect(await acted(body.id)).toEqual(sagas.map(({ id }) => id));
    await stop(last);
  }, 240_000);

  it('leaves each order confirmed, paid once and with one parcel, and an intact audit', async () => {
    const last = await start('worker');
    await eventually(async () => {
      const { open } = await one<{ open: number }>(
        `SELECT count(*)::int AS open FROM orders."order" WHERE status <> 'confirmed'`,
      );
      expect(open).toBe(0);
    }, patience);
    const counts = await one<Record<string, number>>(
      `SELECT (SELECT count(*)::int FROM sandbox.charge) AS charges,
              (SELECT count(*)::int FROM sandbox.booking WHERE status = 'booked') AS bookings`,
    );
    expect(counts).toEqual({ charges: total, bookings: total });
    await eventually(async () => {
      const { body } = await operator().get<Record<string, unknown>>('/v1/admin/audit/verify');
      expect(body).toMatchObject({ intact: true, unsealed: 0 });
    }, patience);
    await expectCleanBooks(database.url, { orders, stock });
    await stop(last);
    await stop(api);
  }, 120_000);
});
