import type { SagaDefinition } from '../../src/saga/definition/index.js';
import { ringHeldSagas } from '../../src/saga/store/sql/ring-held-sagas.sql.js';
import { eventually } from '../support/eventually.js';
import { lab as plain } from '../support/lab/definition.js';
import { openLab, type Lab, type LabWorker } from '../support/lab/lab.js';

/** The laboratory's saga, whose payments and refunds go to a bank that is watched. */
const watched: SagaDefinition = {
  ...plain,
  steps: plain.steps.map((step) => (step.name === 'pay' ? { ...step, dependency: 'bank' } : step)),
  compensations: plain.compensations.map((undo) =>
    undo.step === 'pay' ? { ...undo, dependency: 'bank' } : undo,
  ),
};

const keysOf = (name: string, count: number) => Array.from({ length: count }, (_, n) => `${name}-${n}`);

interface Breaker {
  readonly state: string;
  readonly failures: number;
  readonly prober: string | null;
  readonly open_seconds: number | null;
  readonly revision: number;
}

let lab: Lab;
let workers: LabWorker[];

/** Two workers, one bank; open for so long at first, and letting go so many sagas a second. */
async function begin(openForMs: number, releaseRate = 1_000, attemptTimeoutMs = 1_000): Promise<void> {
  const steps = watched.steps.map((step) => (step.name === 'pay' ? { ...step, attemptTimeoutMs } : step));
  lab = await openLab({
    definitions: [{ ...watched, steps }],
    breakers: {
      lastingMs: 0,
      openForMs,
      longestOpenMs: 4 * openForMs,
      releaseRate,
      lookEveryMs: 100,
      probeGraceMs: 300,
    },
  });
  workers = [await lab.startWorker(), await lab.startWorker()];
}
afterEach(() => lab.close());

const start = (keys: readonly string[]) =>
  Promise.all(keys.map((key, index) => lab.start(workers[index % workers.length]!, key)));
const calls = (command = 'lab.pay.v1') =>
  lab.outside.requests.filter((request) => request.command === command).length;
const kindsOf = async (key: string) => (await lab.journal(key)).map(({ kind }) => kind);

async function breaker(): Promise<Breaker | undefined> {
  const rows: Breaker[] = await lab.admin.query(`SELECT * FROM saga.dependency WHERE name = 'bank'`);
  return rows[0];
}

const until = (state: string, within = 20_000) =>
  eventually(
    async () => {
      const found = await breaker();
      expect(found?.state).toBe(state);
      return found!;
    },
    { within },
  );

const heldKeys = async (): Promise<string[]> =>
  (
    await lab.admin.query<{ correlation_id: string }[]>(
      `SELECT correlation_id FROM saga.instance WHERE held_for = 'bank' AND owner IS NULL`,
    )
  ).map(({ correlation_id: key }) => key);

const allHeld = (keys: readonly string[]) =>
  eventually(async () => expect(new Set(await heldKeys())).toEqual(new Set(keys)), { within: 20_000 });

/** Brings the next probe about; not while one is under way, which would be given up by it. */
const probeNow = () =>
  lab.admin.query(
    `UPDATE saga.dependency SET probe_at = clock_timestamp() WHERE name = 'bank' AND state = 'open'`,
  );

describe('An outage', () => {
  it('is met once for all workers: calls stop, sagas rest under its code, and nothing parks', async () => {
    await begin(600_000);
    lab.script.down.add('lab.pay.v1');
    const keys = keysOf('down', 30);
    await start(keys);
    await until('open');
    await allHeld(keys);
    const made = calls();
    for (const key of keys) {
      expect(await lab.rowOf(key)).toMatchObject({
        status: 'running',
        owner: null,
        failed_step: 'pay',
        error_code: 'LAB.UNAVAILABLE',
      });
    }
    // Whichever worker takes them: later ones do not even try.
    const late = keysOf('late', 10);
    await start(late);
    await allHeld([...keys, ...late]);
    expect(calls()).toBe(made);

    lab.script.down.clear();
    await probeNow();
    for (const key of [...keys, ...late]) await lab.until(key, 'completed', 20_000);
    expect(await breaker()).toMatchObject({ state: 'closed', failures: 0 });
    await lab.expectSoundJournals(...keys, ...late);
    for (const key of keys) expect(await kindsOf(key)).not.toContain('parked');
  }, 60_000);

  it('uses up no attempt however long it lasts, and leaves a short journal', async () => {
    await begin(100);
    lab.script.down.add('lab.pay.v1');
    const keys = keysOf('long', 12);
    await start(keys);
    await until('open');
    // Until then one that comes back from its back-off may probe before the one that was rung for it.
    await allHeld(keys);
    const timesHeld = async (key: string) => (await kindsOf(key)).filter((kind) => kind === 'held').length;
    const callsOf = (key: string) => lab.outside.requests.filter((request) => request.key === key).length;
    const before = await Promise.all(
      keys.map(async (key) => ({ key, calls: callsOf(key), held: await timesHeld(key) })),
    );
    // Many probes, each of which fails.
    await eventually(
      async () => {
        await probeNow();
        expect(calls()).toBeGreaterThan(40);
      },
      { within: 40_000, every: 100 },
    );
    for (const { key, ...then } of before) {
      expect((await kindsOf(key)).filter((kind) => kind === 'attempt-failed').length).toBeLessThanOrEqual(2);
      // Held and released in pairs, by its own probes alone; one of them may have begun before.
      expect((await timesHeld(key)) - then.held).toBeLessThanOrEqual(callsOf(key) - then.calls + 1);
    }
    lab.script.down.clear();
    for (const key of keys) await lab.until(key, 'completed', 20_000);
    await lab.expectSoundJournals(...keys);
  }, 90_000);

  it('is probed by one call at a time, more and more rarely', async () => {
    await begin(600_000, 1_000, 30_000);
    lab.script.down.add('lab.pay.v1');
    const keys = keysOf('probed', 20);
    await start(keys);
    await until('open');
    await allHeld(keys);
    const before = calls();
    const gates = keys.map((key) => lab.script.hold('lab.pay.v1', key, 'before its effect'));
    await probeNow();
    await Promise.race(gates.map(({ arrived }) => arrived));
    expect(await breaker()).toMatchObject({ state: 'half-open', open_seconds: 600 });
    // While it is under way, others come by at both workers.
    const late = keysOf('meanwhile', 10);
    await start(late);
    await eventually(async () => expect(await heldKeys()).toHaveLength(keys.length - 1 + late.length));
    gates.forEach((gate) => gate.release());
    await eventually(async () =>
      expect(await breaker()).toMatchObject({ state: 'open', open_seconds: 1_200 }),
    );
    expect(calls() - before).toBe(1);

    await probeNow();
    await eventually(async () =>
      expect(await breaker()).toMatchObject({ state: 'open', open_seconds: 2_400 }),
    );
    await probeNow();
    await eventually(() => expect(calls() - before).toBe(3));
    expect((await until('open')).open_seconds).toBe(2_400);
  }, 60_000);

  it('does not outlast a prober that died', async () => {
    await begin(300);
    lab.script.down.add('lab.pay.v1');
    const keys = keysOf('killed', 10);
    await start(keys);
    await until('open');
    await allHeld(keys);
    lab.script.down.clear();
    // Somebody got the probe and was never heard of again.
    await lab.admin.query(`
      UPDATE saga.dependency
         SET state = 'half-open', prober = gen_random_uuid(), probe_at = clock_timestamp() + interval '1 second'`);
    for (const key of keys) await lab.until(key, 'completed', 20_000);
    expect(await breaker()).toMatchObject({ state: 'closed' });
  }, 60_000);

  it('ends gently: what was held is let go little by little, whichever worker does it', async () => {
    await begin(600_000, 10);
    lab.script.down.add('lab.pay.v1');
    const keys = keysOf('gentle', 30);
    await start(keys);
    await until('open');
    await allHeld(keys);
    lab.script.down.clear();
    await probeNow();
    await until('closed');
    const closedAt = performance.now();
    await eventually(async () => expect(await heldKeys()).toEqual([]), { within: 20_000 });
    // 29 of them at 10 a second.
    expect(performance.now() - closedAt).toBeGreaterThan(2_000);
    for (const key of keys) await lab.until(key, 'completed');
  }, 60_000);

  it('is over for some of very many by reading only those', async () => {
    await begin(600_000);
    // Many that wait for something else, and are due sooner.
    await lab.admin.query(
      `INSERT INTO saga.instance
         (id, definition, version, correlation_id, status, length, wake_at, held_for, created_at, updated_at)
       SELECT gen_random_uuid(), 'lab', 1, 'held-' || n, 'running', 1, now() + make_interval(mins => 60 + n % 60),
              CASE WHEN n % 4 = 0 THEN 'bank' END, now(), now()
         FROM generate_series(1, 20000) AS n`,
    );
    await lab.admin.query('ANALYZE saga.instance');
    const connection = lab.admin.createQueryRunner();
    await connection.startTransaction();
    await connection.query(`INSERT INTO saga.dependency (name, release_rate) VALUES ('bank', 50)`);
    const rows = (await connection.query(`EXPLAIN (ANALYZE, COSTS OFF) ${ringHeldSagas.text}`, [
      'bank',
      2,
    ])) as {
      'QUERY PLAN': string;
    }[];
    await connection.rollbackTransaction();
    await connection.release();
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).toMatch(/Index Scan using instance_held/);
    expect(plan).not.toMatch(/Seq Scan on instance/);
    expect(plan).not.toMatch(/rows=\d{4,}/);
  }, 60_000);

  it('holds what is unknown as well, without using up the times that it is asked for', async () => {
    await begin(600_000);
    const beside = keysOf('beside', 12);
    const paid = () =>
      lab.outside.requests.filter(({ key, command }) => key === 'lost' && command === 'lab.pay.v1').length;
    // It arrives, and its answer does not come before the attempt's time is over; by then nobody can be asked.
    lab.script.hold('lab.pay.v1', 'lost', 'before its answer');
    lab.script.next('lab.pay.v1', 'lost', 'lose-answer');
    lab.script.down.add('lab.pay.v1');
    await start(['lost', ...beside]);
    await until('open');
    await allHeld(['lost', ...beside]);
    const kinds = await kindsOf('lost');
    expect(kinds).toContain('outcome-unknown');
    expect(kinds).not.toContain('resolve-failed');

    lab.script.down.clear();
    await probeNow();
    await lab.until('lost', 'completed', 20_000);
    expect(lab.outside.count('lab.pay.v1', 'lost')).toBe(1);
    expect(paid()).toBe(1);
  }, 60_000);

  it('holds an undo like a step, and the saga is compensated when it is over', async () => {
    await begin(600_000);
    const keys = keysOf('undo', 12);
    lab.script.down.add('lab.refund.v1');
    for (const key of keys) lab.script.next('lab.ship.v1', key, 'reject');
    // Of one dependency: payments succeed and break the row of failing refunds, so they come first.
    const gates = keys.map((key) => lab.script.hold('lab.ship.v1', key, 'before its effect'));
    await start(keys);
    await Promise.all(gates.map(({ arrived }) => arrived));
    gates.forEach((gate) => gate.release());
    await until('open');
    await allHeld(keys);
    for (const key of keys) expect(await lab.rowOf(key)).toMatchObject({ status: 'compensating' });
    lab.script.down.clear();
    await probeNow();
    for (const key of keys) await lab.until(key, 'compensated', 20_000);
    await lab.expectSoundJournals(...keys);
  }, 60_000);
});

describe('No outage', () => {
  it('is what a few sagas fail at, however often: each uses up its attempts and parks', async () => {
    await begin(600_000);
    const keys = keysOf('few', 4);
    for (const key of keys) lab.script.always('lab.pay.v1', key, 'unavailable');
    await start(keys);
    for (const key of keys) await lab.until(key, 'parked');
    expect(calls()).toBe(12);
    expect(await breaker()).toMatchObject({ state: 'closed', failures: 12 });
  }, 60_000);

  it('is many failures with successes between them', async () => {
    await begin(600_000);
    for (let round = 0; round < 8; round++) {
      const [bad, good] = [`bad-${round}`, `good-${round}`];
      lab.script.next('lab.pay.v1', bad, 'unavailable', 'unavailable');
      await start([bad]);
      await lab.until(bad, 'completed');
      await start([good]);
      await lab.until(good, 'completed');
    }
    expect(await breaker()).toMatchObject({ state: 'closed', revision: 0 });
  }, 60_000);

  it('writes nothing about dependencies', async () => {
    await begin(600_000);
    const keys = keysOf('well', 20);
    for (const key of keys.slice(0, 10)) lab.script.next('lab.pay.v1', key, 'reject');
    await start(keys);
    for (const key of keys.slice(10)) await lab.until(key, 'completed');
    expect(await breaker()).toBeUndefined();
  }, 60_000);
});
