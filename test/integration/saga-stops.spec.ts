import { Client } from 'pg';
import { eventually } from '../support/eventually.js';
import { openLab, type Lab } from '../support/lab/lab.js';

const everything = ['hold', 'pay', 'note', 'ship', 'finish'];

describe('Closing the application', () => {
  let lab: Lab;

  beforeEach(async () => {
    lab = await openLab();
  });
  afterEach(() => lab.close());

  async function expectAllDoneOnce(keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      await lab.until(key, 'completed');
      expect({ key, effects: await lab.effects(key) }).toEqual({ key, effects: everything });
      expect(lab.outside.count('lab.pay.v1', key)).toBe(1);
      expect(lab.outside.count('lab.ship.v1', key)).toBe(1);
    }
    await lab.expectSoundJournals(...keys);
  }

  it('with work in flight loses nothing and leaves nothing owned', async () => {
    const worker = await lab.startWorker();
    const keys = Array.from({ length: 60 }, (_, i) => `closed-${i}`);
    const gates = keys.slice(0, 5).map((key) => lab.script.hold('lab.pay.v1', key, 'before its answer'));
    await lab.start(worker, ...keys);
    await Promise.all(gates.map((gate) => gate.arrived));
    await worker.close();
    gates.forEach((gate) => gate.release());

    const rows = await Promise.all(keys.map((key) => lab.rowOf(key)));
    expect(rows.filter(({ owner }) => owner !== null)).toEqual([]);
    expect(rows.filter(({ finished_at, wake_at }) => finished_at === null && wake_at === null)).toEqual([]);
    // A call whose answer we did not wait for is unknown; only those five were under way.
    for (const [index, key] of keys.entries()) {
      const kinds = (await lab.journal(key)).map(({ kind }) => kind);
      if (index < gates.length) expect(kinds).toContain('outcome-unknown');
    }
    await lab.startWorker();
    await expectAllDoneOnce(keys);
  });

  it('at the moment a saga starts loses nothing', async () => {
    const worker = await lab.startWorker();
    await lab.start(worker, 'just-begun');
    await worker.close();
    await lab.startWorker();
    await expectAllDoneOnce(['just-begun']);
  });

  it('waits for the event handlers and the waves that run', async () => {
    const worker = await lab.startWorker();
    await lab.start(worker, ...Array.from({ length: 20 }, (_, i) => `quick-${i}`));
    await worker.close();
    const client = new Client({ connectionString: lab.url });
    await client.connect();
    const { rows } = await client.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM pg_stat_activity
        WHERE datname = current_database() AND application_name LIKE 'order-saga%'`,
    );
    await client.end();
    expect(rows[0]).toEqual({ count: 0 });
  });
});

describe('Connections that are cut', () => {
  let lab: Lab;

  beforeAll(async () => {
    lab = await openLab({ settings: { LEASE_SECONDS: '2' } });
  });
  afterAll(() => lab.close());

  /** Cuts all connections of the application, also that of the lease. Answers how many there were. */
  async function cut(): Promise<number> {
    const cuts: unknown[] = await lab.admin.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND application_name LIKE 'order-saga%'`,
    );
    return cuts.length;
  }

  it('in the middle of waves cost no saga and repeat no step', async () => {
    const worker = await lab.startWorker();
    const keys = Array.from({ length: 90 }, (_, i) => `cut-${i}`);
    let cuts = 0;
    for (let from = 0; from < keys.length; from += 30) {
      const portion = keys.slice(from, from + 30);
      await eventually(() => lab.start(worker, ...portion));
      // A cut as soon as each of the steps has been reached by somebody.
      for (const what of ['hold', 'pay', 'note', 'ship']) {
        await eventually(async () => {
          const rows: unknown[] = await lab.admin.query(
            `SELECT FROM lab.effect WHERE key = ANY($1::text[]) AND what = $2 LIMIT 1`,
            [portion, `lab.${what}.v1`],
          );
          return rows.length > 0;
        });
        cuts += await cut();
      }
    }
    expect(cuts).toBeGreaterThan(0);
    for (const key of keys) {
      await lab.until(key, 'completed', 20_000);
      expect({ key, effects: await lab.effects(key) }).toEqual({ key, effects: everything });
      expect(lab.outside.count('lab.pay.v1', key)).toBe(1);
      expect(lab.outside.count('lab.ship.v1', key)).toBe(1);
    }
    await lab.expectSoundJournals(...keys);
  }, 60_000);
});
