import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../../src/platform/database/embedded/embedded-postgres.js';
import { startApp, type AppProcess } from '../support/app-process.js';
import { orderRequest, stockShelves, type PlacedOrder } from '../support/shop.js';

/** The blueprint's budget, the `POST` included. */
const budget = 7;
const tries = 5;

/** A server of its own: transaction ids are counted for the whole server, and nobody else may use any. */
describe('One order alone, at rest', () => {
  let dataDir: string;
  let app: AppProcess;
  let postgres: EmbeddedPostgres;
  let client: Client;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'at-rest-'));
    await chmod(dataDir, 0o755);
    // So long a lease that its renewal is not among what is counted.
    app = await startApp({ DATA_DIR: dataDir, LEASE_SECONDS: '3600' });
    postgres = await startEmbeddedPostgres({ dataDir });
    client = new Client({ connectionString: postgres.url });
    await client.connect();
    await stockShelves(app.http, { 'REST-1': 1_000 });
  });
  afterAll(async () => {
    await client?.end();
    await app?.stop();
    await postgres?.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  /** The next transaction id; reading it does not use one up. */
  async function nextTransaction(): Promise<number> {
    const { rows } = await client.query<{ next: string }>(
      'SELECT pg_snapshot_xmax(pg_current_snapshot()) AS next',
    );
    return Number(rows[0]!.next);
  }

  /** Writing transactions of the pretended outside world, by the rows that they left. */
  async function transactionsOutside(from: number, to: number): Promise<number> {
    const tables = ['charge', 'booking', 'idempotency_key', 'reference', 'request_log', 'webhook'];
    const ids = tables
      .map((table) => `SELECT xmin::text::bigint AS id FROM sandbox.${table}`)
      .join(' UNION ');
    const { rows } = await client.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM (${ids}) AS written WHERE id >= $1 AND id < $2`,
      [from, to],
    );
    return rows[0]!.count;
  }

  async function place(): Promise<string> {
    const headers = { prefer: 'wait=10' };
    const { body } = await app.http.post<PlacedOrder>('/v1/orders', orderRequest('REST-1'), { headers });
    return body.status;
  }

  it(`costs at most ${budget} writing transactions, the POST included`, async () => {
    expect(await place()).toBe('confirmed');
    const costs: number[] = [];
    for (let i = 0; i < tries; i++) {
      const from = await nextTransaction();
      expect(await place()).toBe('confirmed');
      const to = await nextTransaction();
      costs.push(to - from - (await transactionsOutside(from, to)));
    }
    // The server's own upkeep may get in between, now and then; it is on nobody's path.
    expect(Math.min(...costs)).toBeLessThanOrEqual(budget);
    // Fewer than the commits that the journal shows would mean that something was not counted.
    expect(Math.min(...costs)).toBeGreaterThanOrEqual(await commitsOfTheLastSaga());
  });

  async function commitsOfTheLastSaga(): Promise<number> {
    const { rows } = await client.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM saga.journal
        WHERE saga_id = (SELECT id FROM saga.instance WHERE definition = 'order-fulfillment' ORDER BY id DESC LIMIT 1)`,
    );
    return rows[0]!.count;
  }
});
