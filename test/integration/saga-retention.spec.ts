import { HealthRegistry, type Health } from '../../src/platform/observability/health/health-registry.js';
import { SegmentUpkeep } from '../../src/saga/engine/segment-upkeep.js';
import { Partitions } from '../../src/saga/history/partitions.js';
import { Retention } from '../../src/saga/history/retention.js';
import { ControlledClock } from '../support/controlled-clock.js';
import { openLab, type Lab, type LabWorker } from '../support/lab/lab.js';

const day = 24 * 60 * 60 * 1_000;

describe('History', () => {
  let lab: Lab;
  let clock: ControlledClock;
  let worker: LabWorker;

  beforeAll(async () => {
    lab = await openLab({ settings: { HISTORY_DAYS: '30' } });
    clock = await ControlledClock.install(lab.url);
    worker = await lab.startWorker();
    lab.script.always('lab.finish.v1', 'parked', 'throw');
    await lab.start(worker, 'done', 'parked');
    await lab.until('done', 'completed');
    await lab.until('parked', 'parked');
  });
  afterAll(async () => {
    await clock?.close();
    await lab.close();
  });

  const drop = () => worker.app.get(Retention).run();
  const health = (): Promise<Health> =>
    worker.app.get(HealthRegistry, { strict: false }).all().get('history')!();

  it('is kept while it is not past its time', async () => {
    await clock.advance(29 * day);
    expect(await drop()).toEqual([]);
    expect(await lab.rowOf('done')).toMatchObject({ status: 'completed' });
  });

  it('is warned about when there is no place for the weeks to come, and is given some every hour', async () => {
    expect(await health()).toMatchObject({ up: true });
    await clock.advance(33 * day);
    const late = await health();
    expect(late.weeksAhead).toBeLessThan(2);
    expect(late.warning).toMatch('weeks to come');
    await worker.app.get(Partitions).make();
    expect(await health()).toEqual({ up: true, weeksAhead: 8 });
  });

  it('drops ended sagas that are past their time, but no entry from which a saga under way is folded', async () => {
    expect(await drop()).toEqual(['ended_instance_before']);
    expect(await lab.rowOf('done')).toEqual({});
    expect(await worker.sagas.find('lab', 'done')).toBeNull();
    const { id } = await lab.rowOf('parked');
    expect(await lab.journal('parked')).not.toHaveLength(0);
    const [{ since }] = await lab.admin.query<[{ since: Date }]>(
      `SELECT kept_since AS since FROM saga.history_books`,
    );
    expect(since.getTime()).toBeGreaterThan(Date.now());

    // It has continued in a new segment since, as it does every seven days: nothing needs the old one any more.
    await worker.app.get(SegmentUpkeep).run();
    expect(await drop()).toContain('journal_before');
    expect((await lab.journal('parked')).map(({ kind }) => kind)).toEqual(['continued']);
    lab.script.mend('lab.finish.v1', 'parked');
    await worker.requests.apply(id as string, { kind: 'retry', by: 'sue', reason: 'mended' });
    await lab.until('parked', 'completed');
  });

  it('finishes what was left half dropped', async () => {
    const [{ name }] = await lab.admin.query<[{ name: string }]>(
      `SELECT name FROM saga.history_partition WHERE of = 'journal' ORDER BY ends_at LIMIT 1`,
    );
    await lab.admin.query(`ALTER TABLE saga.journal DETACH PARTITION saga."${name}" CONCURRENTLY`);
    await drop();
    const [{ there }] = await lab.admin.query<[{ there: boolean }]>(
      `SELECT to_regclass('saga."${name}"') IS NOT NULL AS there`,
    );
    expect(there).toBe(false);
  });

  it('is dropped by one process at a time, and not while somebody reads it', async () => {
    await clock.advance(31 * day);
    await worker.app.get(Partitions).make();
    const reader = lab.admin.createQueryRunner();
    await reader.startTransaction();
    await reader.query('SELECT count(*) FROM saga.ended_instance');
    await expect(drop()).rejects.toThrow(/lock timeout/);
    await reader.rollbackTransaction();
    await reader.release();
    const [first, second] = await Promise.all([drop(), drop()]);
    expect([first.length, second.length]).toContain(0);
    const left = await lab.admin.query<unknown[]>(
      `SELECT FROM saga.history_partition WHERE detaching OR ends_at < now() + interval '61 days'`,
    );
    expect(left).toEqual([]);
  });
});
