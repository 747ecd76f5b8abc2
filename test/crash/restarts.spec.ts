import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../../src/platform/database/embedded/embedded-postgres.js';
import { migrate } from '../../src/platform/database/migrations-runner.js';
import { CrashKit, parseSchedule } from '../../src/saga/testing/crash/index.js';
import { auditEverything } from '../support/crash/audit-orders.js';
import { bootShop } from '../support/crash/shop-process.js';
import { shopScenarios } from '../support/crash/shop-scenarios.js';
import { eventually } from '../support/eventually.js';

describe('A database server that crashes and recovers under an order', () => {
  let folder: string;
  let server: EmbeddedPostgres;
  let url: string;
  let books: Client;
  let kit: CrashKit;

  beforeAll(async () => {
    // A server of its own, with the durability that users have.
    folder = await mkdtemp(join(tmpdir(), 'order-saga-restart-'));
    await chmod(folder, 0o755);
    server = await startEmbeddedPostgres({ dataDir: folder });
    // Over TCP: see `CrashKitOptions`.
    url = server.url.split('?')[0]!;
    await migrate(url);
    books = await connected();
    const boot = () => bootShop(url, 2);
    // The scenarios read the books through a client that outlives no crash; each query takes the current one.
    const scenarios = shopScenarios(() => books);
    kit = new CrashKit({ databaseUrl: url, boot, scenarios, restartDatabase });
  }, 60_000);
  afterAll(async () => {
    await kit.close();
    await books.end();
    await server.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }, 60_000);

  async function connected(): Promise<Client> {
    const client = new Client({ connectionString: url });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  }

  /** One backend that is killed takes all of them along: the server drops everyone and recovers from its log. */
  async function restartDatabase(): Promise<void> {
    const { rows } = await books.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const lost = new Promise((done) => books.once('end', done));
    process.kill(rows[0]!.pid, 'SIGKILL');
    await lost;
    books = await eventually(connected, { within: 20_000 });
  }

  it.each([
    'happy: restart wave.before-commit#1',
    'happy: restart wave.after-commit#2',
    'happy: restart call.before#1',
    'undeliverable: restart call.after#2',
    'undeliverable: restart call.after#3, die take-over.after#1',
  ])(
    'changes nothing of its end: %s',
    async (text) => {
      const { violations } = await kit.run(parseSchedule(text));
      expect(violations).toEqual([]);
    },
    60_000,
  );

  it('leaves nothing behind that the auditor finds fault with', async () => {
    const app = await bootShop(url, 2);
    expect(await auditEverything(app)).toEqual([]);
    await app.close();
  }, 30_000);
});
