import { eventually } from '../support/eventually.js';
import { openLab, type Lab, type LabWorker } from '../support/lab/lab.js';

/** Sequences that a review found to lose, repeat or strand something. */
describe('When failures meet', () => {
  let lab: Lab;
  let worker: LabWorker;

  beforeAll(async () => {
    lab = await openLab();
    worker = await lab.startWorker();
  });
  afterAll(() => lab.close());

  const paid = (key: string) =>
    lab.outside.requests.filter((request) => request.key === key && request.command === 'lab.pay.v1').length;

  it('keeps an answer when the step after it fails for good', async () => {
    lab.script.next('lab.note.v1', 'next-broken', 'throw', 'throw', 'throw');
    await lab.start(worker, 'next-broken');
    const row = await lab.until('next-broken', 'parked');
    expect(await lab.effects('next-broken')).toEqual(['hold', 'pay']);
    expect(row.open_effects).toBe(2);
    await worker.requests.apply(row.id as string, { kind: 'retry', by: 'test', reason: 'mended' });
    await lab.until('next-broken', 'completed');
    expect(paid('next-broken')).toBe(1);
  });

  it('gives every one of several failing undos its own attempts', async () => {
    lab.script.next('lab.ship.v1', 'two-undos', 'reject');
    lab.script.next('lab.unnote.v1', 'two-undos', 'throw', 'throw');
    lab.script.next('lab.unhold.v1', 'two-undos', 'throw', 'throw');
    await lab.start(worker, 'two-undos');
    await lab.until('two-undos', 'compensated');
    const kinds = (await lab.journal('two-undos')).map(({ kind }) => kind);
    expect(kinds).toContain('turned-back');
    expect(kinds).not.toContain('parked');
    expect(kinds.filter((kind) => kind === 'attempt-failed').length).toBeGreaterThanOrEqual(2);
  });

  it('carries the others on when one journal cannot be read', async () => {
    const keys = Array.from({ length: 30 }, (_, index) => `beside-${index}`);
    await lab.admin.query(
      `INSERT INTO saga.instance (id, definition, version, correlation_id, status, length, wake_at, created_at, updated_at)
       VALUES (gen_random_uuid(), 'lab', 1, 'from-the-future', 'running', 1, now() - interval '1 hour', now(), now())`,
    );
    await lab.admin.query(
      `INSERT INTO saga.journal (saga_id, seq, at, epoch, entries)
       SELECT id, 1, now(), 1, '[{"kind": "started-anew", "at": "2026-01-01T00:00:00Z"}]'
         FROM saga.instance WHERE correlation_id = 'from-the-future'`,
    );
    await lab.start(worker, ...keys);
    for (const key of keys) await lab.until(key, 'completed');
    await eventually(async () => {
      const row = await lab.rowOf('from-the-future');
      expect(row).toMatchObject({ status: 'running', owner: null });
      expect((row.wake_at as Date).getTime()).toBeGreaterThan(Date.now());
    });
  });

  it('looks for due sagas by the index alone, however many wait', async () => {
    await lab.admin.query(
      `INSERT INTO saga.instance (id, definition, version, correlation_id, status, length, wake_at, created_at, updated_at)
       SELECT gen_random_uuid(), 'lab', 1, 'sleeper-' || n, 'waiting', 1, now() + interval '2 days', now(), now()
         FROM generate_series(1, 20000) AS n`,
    );
    await lab.admin.query('ANALYZE saga.instance');
    const { claimDueSagas } = await import('../../src/saga/store/sql/claim-due-sagas.sql.js');
    const rows: { 'QUERY PLAN': string }[] = await lab.admin.query(
      `EXPLAIN (ANALYZE, COSTS OFF) ${claimDueSagas.text}`,
      ['00000000-0000-7000-8000-000000000000', 100, ['lab'], [1]],
    );
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).toMatch(/Index Scan using instance_due/);
    expect(plan).not.toMatch(/Rows Removed by Filter: \d{3,}/);
  });
});
