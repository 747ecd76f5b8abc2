import { jest } from '@jest/globals';
import { DataSource } from 'typeorm';
import { isConnectionError } from '../../src/platform/database/connection-error.js';
import { Gathered } from '../../src/platform/database/gathered.js';
import { GroupCommit } from '../../src/platform/database/group-commit.js';
import { PooledClient } from '../../src/platform/database/pooled-client.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { currentTrace, inTrace, traceFrom } from '../../src/platform/observability/trace/trace-context.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';

/** A pooler that loses its server right after the COMMIT says so with a code of its own. */
class LosesAnswers extends PooledClient {
  static toLose: RegExp | null = null;

  constructor(config: ConstructorParameters<typeof PooledClient>[0]) {
    super(config);
    const query = this.query.bind(this) as (question: unknown) => Promise<unknown>;
    this.query = ((question: unknown) => {
      const answer = query(question);
      if (typeof question !== 'string' || !LosesAnswers.toLose?.test(question)) return answer;
      return answer.then(() => {
        throw Object.assign(new Error('server conn crashed?'), { code: '08P01' });
      });
    }) as typeof this.query;
  }
}

const insert = {
  name: 'test.note',
  text: 'INSERT INTO public.noted SELECT id, pg_current_xact_id()::text FROM unnest($1::int[]) AS id',
};

describe('Works that commit together', () => {
  let database: TestDatabase;
  let dataSource: DataSource;
  let unitOfWork: UnitOfWork;
  let groups: GroupCommit;
  let statements: number[][];
  let notes: Gathered<number, number>;

  beforeAll(async () => {
    database = await createTestDatabase();
    const extra = { Client: LosesAnswers, pipeline: true };
    dataSource = await new DataSource({ type: 'postgres', url: database.url, extra }).initialize();
    await dataSource.query('CREATE TABLE public.noted (id int PRIMARY KEY CHECK (id > 0), xact text)');
  });
  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });
  beforeEach(async () => {
    LosesAnswers.toLose = null;
    await dataSource.query('DELETE FROM public.noted');
    unitOfWork = new UnitOfWork(dataSource);
    groups = new GroupCommit(unitOfWork);
    statements = [];
    const write = async (ids: readonly number[]) => {
      statements.push([...ids]);
      await unitOfWork.query(insert, [ids]);
      return ids.map((id) => id * 10);
    };
    notes = new Gathered(unitOfWork, write, 64);
  });

  const note = (id: number) => notes.ask(id);
  const noted = () =>
    dataSource.query<{ id: number; xact: string }[]>('SELECT id, xact FROM public.noted ORDER BY id');
  const transactions = async () => new Set((await noted()).map(({ xact }) => xact)).size;
  const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

  it('go through the next transaction when those before are under way, and each has its own answer', async () => {
    const answers = await Promise.all(upTo(20).map((id) => groups.run(() => note(id))));
    expect(answers).toEqual(upTo(20).map((id) => id * 10));
    expect((await noted()).map(({ id }) => id)).toEqual(upTo(20));
    // The first one found nobody under way, and did not wait for anybody.
    expect(statements).toEqual([[1], upTo(20).slice(1)]);
    expect(await transactions()).toBe(2);
  });

  it('do not wait long for one that hangs', async () => {
    let letGo = (): void => undefined;
    const held = new Promise<void>((resolve) => (letGo = resolve));
    const hanging = groups.run(async () => {
      await note(1);
      await held;
    });
    await Promise.all([2, 3].map((id) => groups.run(() => note(id))));
    expect(statements).toEqual([[1], [2, 3]]);
    letGo();
    await hanging;
    expect(await transactions()).toBe(2);
  });

  it('run each in the trace of whoever asked for it', async () => {
    const traces = upTo(6).map(() => traceFrom(undefined));
    const seen = await Promise.all(
      traces.map((trace, index) =>
        inTrace(trace, async () => {
          const inside = await groups.run(async () => {
            await note(index + 1);
            return currentTrace();
          });
          return [inside, currentTrace()];
        }),
      ),
    );
    expect(seen).toEqual(traces.map((trace) => [trace, trace]));
  });

  it('do not fail for the sake of another: what fails is told to its own alone, and leaves nothing', async () => {
    const runs = new Map<number, number>();
    const results = await Promise.allSettled(
      [1, 2, 3, 4, 5, 6].map((id) =>
        groups.run(async () => {
          runs.set(id, (runs.get(id) ?? 0) + 1);
          await note(id);
          if (id === 4) throw new Error('Not this one.');
          return id;
        }),
      ),
    );
    expect(
      results.map((result) => (result.status === 'fulfilled' ? result.value : String(result.reason))),
    ).toEqual([1, 2, 3, 'Error: Not this one.', 5, 6]);
    expect((await noted()).map(({ id }) => id)).toEqual([1, 2, 3, 5, 6]);
    expect([...runs.values()]).toEqual([1, 2, 2, 2, 2, 2]);
  });

  it('do not fail for the sake of a statement that another one had refused', async () => {
    const results = await Promise.allSettled([1, 2, 3, -4, 5].map((id) => groups.run(() => note(id))));
    expect(results.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
    expect((await noted()).map(({ id }) => id)).toEqual([1, 2, 3, 5]);
  });

  it('are not run again when nobody knows whether they were committed', async () => {
    const runs: number[] = [];
    const results = await Promise.allSettled(
      upTo(5).map((id) =>
        groups.run(async () => {
          runs.push(id);
          await note(id);
          if (id === 4) {
            unitOfWork.withCommit(
              unitOfWork.query({ name: 'test.end', text: 'SELECT pg_terminate_backend(pg_backend_pid())' }),
            );
          }
        }),
      ),
    );
    expect(results.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'rejected',
      'rejected',
      'rejected',
    ]);
    expect(runs).toEqual([1, 2, 3, 4, 5]);
    expect((await noted()).map(({ id }) => id)).toEqual([1]);
    // Whoever comes then has a sound connection.
    await groups.run(() => note(9));
    expect(await noted()).toHaveLength(2);
  });

  it('are not run again when the COMMIT was answered with what nobody knows', async () => {
    LosesAnswers.toLose = /^COMMIT/;
    const results = await Promise.allSettled(upTo(5).map((id) => groups.run(() => note(id))));
    expect(results.map(({ status }) => status)).toEqual(upTo(5).map(() => 'rejected'));
    LosesAnswers.toLose = null;
    // They were committed, in fact, and each once.
    expect((await noted()).map(({ id }) => id)).toEqual([1, 2, 3, 4, 5]);
    expect(statements.flat()).toHaveLength(5);
  });

  it('are told when they have waited too long, and have changed nothing', async () => {
    let letGo = (): void => undefined;
    const held = new Promise<void>((resolve) => (letGo = resolve));
    const hang = (id: number) => groups.run(() => note(id).then(() => held));
    // One after the other, so that each has a transaction of its own, until there are no more.
    const hanging: Promise<unknown>[] = [];
    for (const id of [1, 2, 3, 4]) {
      hanging.push(hang(id));
      await eventually(async () => expect(statements.flat()).toContain(id));
    }
    const late = groups.run(() => note(5));
    const inElevenSeconds = performance.now() + 11_000;
    const later = jest.spyOn(performance, 'now').mockReturnValue(inElevenSeconds);
    await expect(late.catch((error: unknown) => isConnectionError(error))).resolves.toBe(true);
    later.mockRestore();
    letGo();
    await Promise.all(hanging);
    expect((await noted()).map(({ id }) => id)).toEqual([1, 2, 3, 4]);
    expect(await groups.run(() => note(6))).toBe(60);
  });

  it('have their hooks after their commit, and none when they are rolled back', async () => {
    const hooks: number[] = [];
    await Promise.allSettled(
      upTo(5).map((id) =>
        groups.run(async () => {
          unitOfWork.afterCommit(() => hooks.push(id));
          await note(id);
          if (id === 5) throw new Error('Not this one.');
        }),
      ),
    );
    expect(hooks.sort()).toEqual([1, 2, 3, 4]);
  });

  it('may not use savepoints: they would take back what others wrote', async () => {
    const nested = () => groups.run(() => unitOfWork.nested(async () => undefined));
    const shared = unitOfWork.runShared([
      { inContext: (call) => call(), work: () => note(1) },
      { inContext: (call) => call(), work: () => unitOfWork.nested(() => note(2)) },
    ]);
    await expect(shared).rejects.toThrow('is shared');
    await expect(nested()).resolves.toBeUndefined();
    expect(await noted()).toEqual([]);
  });

  it('join a unit of work that is open', async () => {
    await unitOfWork.run(() => Promise.all([groups.run(() => note(1)), groups.run(() => note(2))]));
    expect(statements).toEqual([[1, 2]]);
    expect(await transactions()).toBe(1);
  });
});
