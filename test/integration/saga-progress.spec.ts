import { v7 } from 'uuid';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { Heartbeats } from '../../src/saga/engine/heartbeats.js';
import { ProgressPruner } from '../../src/saga/engine/progress.pruner.js';
import { WorkerPruner } from '../../src/saga/engine/worker.pruner.js';
import { reportProgress } from '../../src/saga/store/sql/report-progress.sql.js';
import { openLab, type Lab, type LabWorker } from '../support/lab/lab.js';

const ship = { role: 'action', name: 'ship' } as const;

describe('The progress of long attempts', () => {
  let lab: Lab;
  let worker: LabWorker;
  let heartbeats: Heartbeats;
  const statements: number[] = [];

  beforeAll(async () => {
    lab = await openLab();
    worker = await lab.startWorker();
    heartbeats = worker.app.get(Heartbeats);
    const unitOfWork = worker.app.get(UnitOfWork);
    const query = unitOfWork.query.bind(unitOfWork);
    unitOfWork.query = (statement, values) => {
      if (statement === reportProgress) statements.push((values![0] as unknown[]).length);
      return query(statement, values);
    };
  });
  afterAll(() => lab.close());
  beforeEach(() => statements.splice(0));

  const stored = async (sagaId: string) => {
    const rows: { attempt: number; progress: unknown }[] = await lab.admin.query(
      `SELECT attempt, progress FROM saga.progress WHERE saga_id = $1`,
      [sagaId],
    );
    return rows.map(({ attempt, progress }) => [attempt, progress]);
  };

  it('is stored by one statement, however many attempts report how often', async () => {
    const sagas = Array.from({ length: 50 }, () => v7());
    for (let percent = 1; percent <= 20; percent++) {
      for (const saga of sagas) heartbeats.report(saga, ship, 1, { percent });
    }
    await heartbeats.store();
    expect(statements).toEqual([50]);
    expect(await stored(sagas[0]!)).toEqual([[1, { percent: 20 }]]);
    expect(await heartbeats.last(sagas[0]!, ship)).toEqual({ percent: 20 });
  });

  it('of an attempt that was given up does not replace what the next one reports', async () => {
    const saga = v7();
    heartbeats.report(saga, ship, 2, 5);
    await heartbeats.store();
    heartbeats.report(saga, ship, 1, 90);
    await heartbeats.store();
    expect(await stored(saga)).toEqual([[2, 5]]);
  });

  it('that the database does not take costs no other attempt its own', async () => {
    const [odd, even] = [v7(), v7()];
    heartbeats.report(odd, ship, 1, 'a\u0000b');
    heartbeats.report(even, ship, 1, null);
    await heartbeats.store();
    expect([await stored(odd), await stored(even)]).toEqual([[], [[1, null]]]);
  });

  it('is stored when the worker stops', async () => {
    const saga = v7();
    const other = await lab.startWorker();
    other.app.get(Heartbeats).report(saga, ship, 1, 33);
    await other.close();
    expect(await stored(saga)).toEqual([[1, 33]]);
  });

  it('is forgotten a day after its saga has ended, and not before', async () => {
    await lab.start(worker, 'ended', 'just-ended');
    for (const key of ['ended', 'just-ended']) await lab.until(key, 'completed');
    lab.script.always('lab.ship.v1', 'open', 'unavailable');
    await lab.start(worker, 'open');
    await lab.until('open', 'parked');
    const ids: string[] = [];
    for (const key of ['ended', 'just-ended', 'open']) {
      const id = (await lab.rowOf(key)).id as string;
      heartbeats.report(id, ship, 1, 50);
      ids.push(id);
    }
    await heartbeats.store();
    await lab.admin.query(
      `UPDATE saga.instance SET finished_at = finished_at - interval '25 hours' WHERE correlation_id = 'ended'`,
    );
    await worker.app.get(ProgressPruner).prune();
    expect(await Promise.all(ids.map(stored))).toEqual([[], [[1, 50]], [[1, 50]]]);
  });
});

describe('Workers that were killed', () => {
  let lab: Lab;
  afterEach(() => lab.close());

  it('are forgotten an hour after their lease ran out, unless a saga is still theirs', async () => {
    lab = await openLab();
    const worker = await lab.startWorker();
    const add = async (agoMinutes: number, count = 1): Promise<string> => {
      const rows: { id: string }[] = await lab.admin.query(
        `INSERT INTO saga.worker (id, name, expires_at)
         SELECT gen_random_uuid(), 'gone:' || n, clock_timestamp() - make_interval(mins => $1)
           FROM generate_series(1, $2) AS n RETURNING id`,
        [agoMinutes, count],
      );
      return rows[0]!.id;
    };
    const recent = await add(59);
    const owner = await add(61);
    await add(61, 1_200);
    // Of a definition that nobody here knows, so nobody takes it over.
    await lab.admin.query(
      `INSERT INTO saga.instance (id, definition, version, correlation_id, status, length, owner, created_at, updated_at)
       VALUES (gen_random_uuid(), 'foreign', 1, 'f', 'running', 1, $1, now(), now())`,
      [owner],
    );
    await worker.app.get(WorkerPruner).prune();
    const left: { id: string }[] = await lab.admin.query(`SELECT id FROM saga.worker`);
    expect(left.map(({ id }) => id).sort()).toEqual([recent, owner, lab.workerId(worker)].sort());
  });
});
