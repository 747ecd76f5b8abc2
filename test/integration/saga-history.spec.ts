import { DataSource, type QueryRunner } from 'typeorm';
import { KeepSagasByAge1795219201000 } from '../../migrations/1795219201000-keep-sagas-by-age.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import type { Entry } from '../../src/saga/engine/entries.js';
import { fold } from '../../src/saga/engine/evolve.js';
import { instanceRow } from '../../src/saga/engine/instance-row.js';
import { SagaStore } from '../../src/saga/store/saga-store.js';
import { advanceSagas, advanceSagasFurther } from '../../src/saga/store/sql/advance-sagas.sql.js';
import { claimDueSagas } from '../../src/saga/store/sql/claim-due-sagas.sql.js';
import { loadJournals } from '../../src/saga/store/sql/load-journals.sql.js';
import { lockOwnedSagas } from '../../src/saga/store/sql/lock-owned-sagas.sql.js';
import { lockSaga } from '../../src/saga/store/sql/lock-saga.sql.js';
import { takeOverSagas } from '../../src/saga/store/sql/take-over-sagas.sql.js';
import { eventually } from '../support/eventually.js';
import { lab as labDefinition } from '../support/lab/definition.js';
import { openLab, type Lab, type LabWorker } from '../support/lab/lab.js';

const day = 24 * 60 * 60 * 1_000;

describe('A saga that has ended', () => {
  let lab: Lab;
  let worker: LabWorker;

  beforeAll(async () => {
    lab = await openLab();
    worker = await lab.startWorker();
    lab.script.next('lab.ship.v1', 'undone', 'reject');
    lab.script.always('lab.finish.v1', 'parked', 'throw');
    await lab.start(worker, 'done', 'undone', 'parked');
    await lab.until('done', 'completed');
    await lab.until('undone', 'compensated');
    await lab.until('parked', 'parked');
  });
  afterAll(() => lab.close());

  /** Where rows of these keys are. */
  const placesOf = async (...keys: string[]) =>
    Object.fromEntries(
      (
        await lab.admin.query<{ correlation_id: string; place: string }[]>(
          `SELECT correlation_id, tableoid::regclass::text AS place FROM saga.instance WHERE correlation_id = ANY ($1)`,
          [keys],
        )
      ).map(({ correlation_id: key, place }) => [key, place.replace(/_before$|_\d+m\d+$/, '')]),
    );

  /** Moves a row as its saga's end would, in a transaction that is not committed yet. */
  async function endingOf(id: string): Promise<QueryRunner> {
    const session = lab.admin.createQueryRunner();
    await session.startTransaction();
    await session.query(
      `WITH gone AS (DELETE FROM saga.live_instance WHERE id = $1 RETURNING *)
       INSERT INTO saga.ended_instance (id, definition, version, correlation_id, status, length, created_at, updated_at,
                                        finished_at, sole)
       SELECT id, definition, version, correlation_id, 'terminated', length, created_at, now(), now(), sole FROM gone`,
      [id],
    );
    return session;
  }

  /** Until some session waits for another's row. */
  const somebodyWaits = () =>
    eventually(async () => {
      const waiting = await lab.admin.query<unknown[]>(
        `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      expect(waiting).toHaveLength(1);
    });

  it('is no row of the hot table any more, from the commit on that ended it', async () => {
    expect(await placesOf('done', 'undone', 'parked')).toEqual({
      done: 'saga.ended_instance',
      undone: 'saga.ended_instance',
      parked: 'saga.live_instance',
    });
    const [{ together }] = await lab.admin.query<[{ together: boolean }]>(
      `SELECT bool_and(i.xmin = (SELECT j.xmin FROM saga.journal j WHERE j.saga_id = i.id ORDER BY seq DESC LIMIT 1)) AS together
         FROM saga.instance i WHERE correlation_id IN ('done', 'undone')`,
    );
    expect(together).toBe(true);
    await lab.expectSoundJournals('done', 'undone', 'parked');
  });

  it('is answered for: what is asked of it does not apply, and its handle tells how it ended', async () => {
    const { id } = await lab.rowOf('undone');
    const retry = { kind: 'retry', by: 'sue', reason: 'again' } as const;
    await expect(worker.requests.apply(id as string, retry)).rejects.toMatchObject({ code: 'SAGA.ENDED' });
    expect(await worker.sagas.handle(id as string).status()).toBe('compensated');
    expect((await worker.sagas.journal('lab', 'undone')).at(-1)).toMatchObject({ kind: 'compensated' });
  });

  it('is found by who has waited for its row meanwhile', async () => {
    lab.script.always('lab.finish.v1', 'awaited', 'throw');
    await lab.start(worker, 'awaited');
    const { id } = await lab.until('awaited', 'parked');
    const session = await endingOf(id as string);
    const unitOfWork = worker.app.get(UnitOfWork);
    const locked = unitOfWork.run(() => worker.app.get(SagaStore).lock(id as string));
    await somebodyWaits();
    await session.commitTransaction();
    await session.release();
    expect(await locked).toMatchObject({ id, owner: null });
  });

  it('keeps its business key from another one that an event starts, also at the very moment of its end', async () => {
    const { id } = await lab.rowOf('parked');
    await lab.admin.query(`UPDATE saga.live_instance SET sole = true WHERE id = $1`, [id]);
    const session = await endingOf(id as string);
    const copy = { ...(await lab.journal('parked'))[0]!, id: '01890000-0000-7000-8000-000000000abc' };
    const [started, now] = [copy as Extract<Entry, { kind: 'started' }>, new Date().toISOString()];
    const row = instanceRow(labDefinition, fold([started]), now);
    const { id: secondId, definition, version, correlationId } = started;
    const second = {
      id: secondId,
      definition,
      version,
      correlationId,
      entries: [started],
      row,
      assignedBy: null,
    };
    const told = worker.app
      .get(UnitOfWork)
      .run(() => worker.app.get(SagaStore).insertSole([{ ...second, wakeAt: now, finishedAt: null }], now));
    await somebodyWaits();
    await session.commitTransaction();
    await session.release();
    await told;
    expect(await placesOf('parked')).toEqual({ parked: 'saga.ended_instance' });
    expect(await lab.admin.query(`SELECT FROM saga.journal WHERE saga_id = $1`, [secondId])).toEqual([]);
  });

  it('is read in full from its weeks alone, and no hot statement opens the rows of the ended', async () => {
    const { id } = await lab.rowOf('done');
    const [now, owner] = [new Date(), lab.workerId(worker)];
    const opened = async (text: string, values: readonly unknown[]) => {
      const session = lab.admin.createQueryRunner();
      try {
        await session.query('BEGIN');
        await session.query('SET LOCAL plan_cache_mode = force_generic_plan');
        await session.query(`PREPARE hot AS ${text}`);
        const given = values.map((value) => literal(value)).join(', ');
        const rows = (await session.query(`EXPLAIN (FORMAT JSON) EXECUTE hot (${given})`)) as [
          { 'QUERY PLAN': [{ Plan: Plan }] },
        ];
        return [...new Set(flatten(rows[0]['QUERY PLAN'][0].Plan).flatMap(scanned))].sort();
      } finally {
        await session.query('ROLLBACK');
        await session.query('DEALLOCATE ALL');
        await session.release();
      }
    };
    const noon = new Date('2031-01-01T12:00:00Z');
    expect(await opened(loadJournals.text, [[id], [1], noon, noon])).toEqual([]);
    const weeks = await opened(loadJournals.text, [
      [id],
      [1],
      new Date(+now - day / 100),
      new Date(+now + day / 100),
    ]);
    expect(weeks).toEqual([expect.stringMatching(/^journal_/)]);
    const hot = ['live_instance'];
    expect(await opened(lockOwnedSagas.text, [[id], owner])).toEqual(hot);
    expect(await opened(lockSaga.text, [id])).toEqual(hot);
    expect(await opened(claimDueSagas.text, [owner, 1, ['lab'], [1]])).toEqual(hot);
    expect(await opened(takeOverSagas.text, [owner, 1, ['lab'], [1]])).toEqual([...hot, 'worker']);
    const none: unknown[] = Array.from({ length: 15 }, (_, at) => (at === 12 ? now : at === 3 ? '[]' : []));
    expect(await opened(advanceSagas.text, none)).toEqual(hot);
    expect(await opened(advanceSagasFurther.text, none)).toEqual(hot);
  });
});

describe('The migration to history', () => {
  it('keeps every saga and entry on its way there, back, and there again', async () => {
    const lab = await openLab();
    try {
      const worker = await lab.startWorker();
      lab.script.always('lab.finish.v1', 'parked', 'throw');
      await lab.start(worker, 'done', 'parked');
      await lab.until('done', 'completed');
      await lab.until('parked', 'parked');
      await worker.close();
      const tell = async () => [await lab.rowOf('done'), await lab.rowOf('parked')].map(withoutSegment);
      const journals = async () => [await lab.journal('done'), await lab.journal('parked')];
      const before = { rows: await tell(), journals: await journals() };

      await migrated(lab.url, (migration, runner) => migration.down(runner));
      expect({ rows: await tell(), journals: await journals() }).toEqual(before);
      await expect(lab.admin.query(`UPDATE saga.journal SET seq = 1`)).rejects.toThrow('append-only');
      await migrated(lab.url, (migration, runner) => migration.up(runner));
      expect({ rows: await tell(), journals: await journals() }).toEqual(before);

      const next = await lab.startWorker();
      lab.script.mend('lab.finish.v1', 'parked');
      const { id } = await lab.rowOf('parked');
      await next.requests.apply(id as string, { kind: 'retry', by: 'sue', reason: 'mended' });
      await lab.until('parked', 'completed');
      await lab.expectSoundJournals('done', 'parked');
    } finally {
      await lab.close();
    }
  });
});

interface Plan {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly Plans?: readonly Plan[];
}

const flatten = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(flatten)];

/** What is read, not what is written to. */
const scanned = (node: Plan) =>
  node['Node Type'] !== 'ModifyTable' && node['Relation Name'] ? [node['Relation Name']] : [];

function literal(value: unknown): string {
  if (Array.isArray(value)) return `'{${value.join(',')}}'`;
  if (value instanceof Date) return `'${value.toISOString()}'`;
  return typeof value === 'number' ? String(value) : `'${String(value)}'`;
}

function withoutSegment({ segment_seq, segment_at, ...row }: Record<string, unknown>) {
  void [segment_seq, segment_at];
  return row;
}

async function migrated(
  url: string,
  migrate: (migration: KeepSagasByAge1795219201000, runner: QueryRunner) => Promise<void>,
): Promise<void> {
  const source = await new DataSource({ type: 'postgres', url }).initialize();
  const runner = source.createQueryRunner();
  try {
    await runner.startTransaction();
    await migrate(new KeepSagasByAge1795219201000(), runner);
    await runner.commitTransaction();
  } finally {
    await runner.release();
    await source.destroy();
  }
}
