import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { DataDirectory } from '../../src/platform/database/embedded/data-directory.js';
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../src/platform/database/embedded/embedded-postgres.js';
import { startApp, type AppProcess } from '../support/app-process.js';
import { eventually } from '../support/eventually.js';
import { takeBaseBackup } from '../support/restore/base-backup.js';
import { Desk, type Violation } from '../support/restore/desk.js';
import {
  cancelWithTheCarrier,
  readOutside,
  refundAtTheGateway,
  replaceOutside,
  type OutsideWorld,
} from '../support/restore/outside-world.js';
import { slowDownTheOutside, stockShelves } from '../support/shop.js';

const LONG = 120_000;
const patience = { within: 60_000, every: 50 };
const migrateScript = join(import.meta.dirname, '../../dist/src/platform/bootstrap/migrate.js');

/** The steps of docs/operating/backup-and-restore.md, one test each. */
describe('A restore to an earlier point, while gateway and carrier stay where they are', () => {
  const folders: string[] = [];
  const running = new Set<AppProcess>();
  let original: EmbeddedPostgres | undefined;
  let restored: EmbeddedPostgres | undefined;
  let client: Client | undefined;
  let desk: Desk;
  let outside: OutsideWorld;
  /** How each order stood when the database was lost. */
  let stood: Map<string, string>;

  /** Had ended when the backup was taken. */
  let ended: string[];
  /** The gateway had been called, and had not answered. */
  let calling: string[];
  /** Waited for a person, who has approved since. */
  let reviewed: string[];
  /** Waited for a person, and its customer has cancelled it since. */
  let cancelled: string;
  /** Placed since. */
  let lost: string[];
  const key = { 'idempotency-key': 'placed-after-the-backup' };

  const folder = async (name: string) => {
    const made = await mkdtemp(join(tmpdir(), `restore-${name}-`));
    folders.push(made);
    await chmod(made, 0o755); // As root, the server runs as another user, who must be able to pass.
    return made;
  };
  const start = async (url: string, role: string) => {
    const settings = { REVIEW_ABOVE: '1000', LEASE_SECONDS: '2', LOG_LEVEL: 'fatal' };
    const app = await startApp({ DATABASE_URL: url, ROLE: role, ...settings }, { startTimeoutMs: 60_000 });
    running.add(app);
    return app;
  };
  const rows = async <Row extends object>(sql: string) => (await client!.query<Row>(sql)).rows;
  const connect = async (url: string) => {
    await client?.end();
    client = new Client({ connectionString: url });
    await client.connect();
  };
  const forReview = { lines: [{ sku: 'REST-1', quantity: 3 }] };
  /** The sagas that fulfill orders and have not ended, apart from those that wait for a person. */
  const open = async () =>
    (
      await rows<{ id: string }>(
        `SELECT id FROM saga.instance
          WHERE definition = 'order-fulfillment' AND finished_at IS NULL AND status <> 'waiting'`,
      )
    ).length;
  const allEnded = () => eventually(async () => expect(await open()).toBe(0), patience);
  const waitingFor = (count: number) =>
    eventually(async () => {
      const waiting = await rows(
        `SELECT FROM saga.instance WHERE definition = 'order-fulfillment' AND status = 'waiting'`,
      );
      expect(waiting).toHaveLength(count);
    }, patience);
  /** The orders with a finding of this code. */
  const ordersWith = (violations: readonly Violation[], wanted: string) =>
    violations.flatMap(({ code, orderId }) => (code === wanted ? [orderId] : [])).sort();

  beforeAll(async () => {
    const dataDir = await folder('original');
    original = await startEmbeddedPostgres({ dataDir });
    const app = await start(original.url, 'all');
    const before = new Desk(app.http);
    await connect(original.url);
    await stockShelves(app.http, { 'REST-1': 100 });
    ended = await before.placeAll([{}, {}, { paymentMethod: 'pm_card_declined' }, { postalCode: 'REJECT' }]);
    await allEnded();
    reviewed = await before.placeAll([forReview, forReview, forReview]);
    cancelled = await before.place(forReview);
    await waitingFor(4);
    await slowDownTheOutside(app.http, 8_000);
    const odd = [{ paymentMethod: 'pm_card_declined' }, { paymentMethod: 'pm_card_lost_answer' }];
    calling = await before.placeAll([{}, {}, {}, { postalCode: 'REJECT' }, { postalCode: 'LOST' }, ...odd]);
    await eventually(async () => {
      const pending = await rows(`SELECT FROM billing.payment WHERE status = 'pending'`);
      expect(pending).toHaveLength(calling.length);
    }, patience);

    const copy = await folder('copy');
    await takeBaseBackup(original.url, new DataDirectory(dataDir).postgres, new DataDirectory(copy).postgres);

    await slowDownTheOutside(app.http, 0);
    for (const id of reviewed) await before.approve(id);
    await before.cancel(cancelled);
    lost = [await before.place(), await before.place({}, key)];
    await allEnded();
    await waitingFor(0);
    const all = await rows<{ id: string; status: string }>(`SELECT id, status FROM orders."order"`);
    stood = new Map(all.map(({ id, status }) => [id, status]));
    app.kill('SIGKILL');
    await app.exited;
    running.delete(app);
    outside = await readOutside(original.url);
    await client!.end();
    client = undefined;
    await original.stop();

    restored = await startEmbeddedPostgres({ dataDir: copy });
    await replaceOutside(restored.url, outside);
    await connect(restored.url);
  }, 2 * LONG);
  afterAll(async () => {
    for (const app of running) {
      app.kill('SIGKILL');
      await app.exited;
    }
    await client?.end();
    await original?.stop();
    await restored?.stop();
    for (const made of folders) await rm(made, { recursive: true, force: true });
  }, LONG);

  it('finds the orders of that time, and no later ones', async () => {
    const found = await rows<{ id: string }>(`SELECT id FROM orders."order" ORDER BY id`);
    expect(found.map(({ id }) => id)).toEqual([...ended, ...calling, ...reviewed, cancelled].sort());
    // What the gateway did for these is known to the gateway only, also when a call was given up during the backup.
    const doubtful = await rows(`SELECT FROM billing.payment WHERE status IN ('pending', 'unknown')`);
    expect(doubtful).toHaveLength(calling.length);
  });

  it(
    'is migrated by the build that was running: there is nothing to do',
    async () => {
      const env = { PATH: process.env.PATH, DATABASE_URL: restored!.url };
      const { stdout } = await promisify(execFile)(process.execPath, [migrateScript], { env });
      expect(stdout).toBe('The schema is up to date.\n');
    },
    LONG,
  );

  it(
    'calls nobody while the outside is held, whatever was under way',
    async () => {
      desk = new Desk((await start(restored!.url, 'api')).http);
      for (const name of ['payments', 'carrier']) await desk.hold(name);
      await start(restored!.url, 'worker');
      // Taken over from the worker that is no more, and at rest.
      await eventually(async () => {
        const moving = await rows(
          `SELECT FROM saga.instance WHERE finished_at IS NULL AND owner IS NOT NULL`,
        );
        expect(moving).toHaveLength(0);
      }, patience);
      expect(await open()).toBe(calling.length);
      const now = await readOutside(restored!.url);
      for (const ledger of ['charge', 'booking']) expect(now.get(ledger)).toEqual(outside.get(ledger));
    },
    LONG,
  );

  it(
    'is told by the auditor what the outside did in the lost time, and of nothing else',
    async () => {
      const violations = await desk.check();
      const charges = [...reviewed, ...lost].sort();
      expect(ordersWith(violations, 'BILLING.UNKNOWN_CHARGE')).toEqual(charges);
      const delivered = calling.filter((id) => stood.get(id) === 'confirmed');
      const bookings = [...delivered, ...reviewed, ...lost].sort();
      expect(ordersWith(violations, 'SHIPPING.UNKNOWN_BOOKING')).toEqual(bookings);
      expect(violations).toHaveLength(charges.length + bookings.length);

      await refundAtTheGateway(restored!.url, charges);
      await cancelWithTheCarrier(restored!.url, bookings);
      expect(await desk.check()).toEqual([]);
    },
    LONG,
  );

  it(
    'goes on once the outside is let go: every order ends as it had, and the lost one is placed again',
    async () => {
      for (const name of ['payments', 'carrier']) await desk.release(name, 20);
      for (const id of reviewed) await desk.approve(id);
      await desk.cancel(cancelled);
      const again = await desk.place({}, key);
      await eventually(async () => {
        const now = await rows<{ id: string; status: string }>(`SELECT id, status FROM orders."order"`);
        const expected = [...stood].filter(([id]) => !lost.includes(id));
        expect(new Map(now.map(({ id, status }) => [id, status]))).toEqual(
          new Map([...expected, [again, 'confirmed']]),
        );
      }, patience);
      await allEnded();
    },
    LONG,
  );

  it(
    'has charged nobody twice, and sent nobody two parcels; the books and the audit are clean',
    async () => {
      expect(await desk.check()).toEqual([]);
      const kept = await rows<{ id: string; status: string; kept: number; parcels: number }>(
        `SELECT id, status, kept = total_amount AS paid, kept, parcels
         FROM orders."order" o
        CROSS JOIN LATERAL (SELECT COALESCE(sum(amount - refunded_amount), 0)::float8 AS kept FROM sandbox.charge
                             WHERE order_id = o.id AND voided_at IS NULL) AS c
        CROSS JOIN LATERAL (SELECT count(*)::int AS parcels FROM sandbox.booking
                             WHERE order_id = o.id AND status = 'booked') AS b`,
      );
      for (const order of kept) {
        const due = order.status === 'confirmed' ? { paid: true, parcels: 1 } : { kept: 0, parcels: 0 };
        expect(order).toMatchObject(due);
      }
      expect(
        await rows(
          `SELECT FROM sandbox.charge WHERE order_id = ANY ('{${lost.join()}}') AND refunded_amount < amount`,
        ),
      ).toEqual([]);
      await desk.auditIsIntact();
      for (const app of running) expect(await app.stop()).toEqual({ code: 0, signal: null });
      running.clear();
    },
    LONG,
  );
});
