import { DataSource } from 'typeorm';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { Lookout, whenever } from '../../src/platform/messaging/lookout.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';

describe('The lookout', () => {
  let database: TestDatabase;
  let dataSource: DataSource;
  let lookout: Lookout;
  let asked: number;

  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  beforeEach(async () => {
    // Connections of its own: a process asks the same question as long as it lives.
    dataSource = await new DataSource({ type: 'postgres', url: database.url }).initialize();
    await dataSource.query('DROP TABLE IF EXISTS public.task');
    await dataSource.query('CREATE TABLE public.task (due_at timestamptz)');
    asked = 0;
    const unitOfWork = new UnitOfWork(dataSource);
    const query = unitOfWork.query.bind(unitOfWork);
    unitOfWork.query = (...question) => {
      asked++;
      return query(...question);
    };
    lookout = new Lookout(unitOfWork, { leaseSeconds: 0.6 } as ConstructorParameters<typeof Lookout>[1]);
  });
  afterEach(async () => {
    await lookout.beforeApplicationShutdown();
    await dataSource.destroy();
  });

  const dueIn = 'SELECT extract(epoch FROM min(due_at) - now()) FROM public.task';
  const insert = (seconds: number) =>
    dataSource.query(`INSERT INTO public.task VALUES (now() + make_interval(secs => $1))`, [seconds]);

  it('asks for everything in one statement', async () => {
    const seen: string[] = [];
    const calm: string[] = [];
    for (const name of ['always', 'never']) {
      const condition = name === 'always' ? 'EXISTS (SELECT)' : 'EXISTS (SELECT WHERE false)';
      lookout.watch({
        name,
        dueIn: whenever(condition),
        due: () => seen.push(name),
        calm: () => calm.push(name),
      });
    }
    lookout.onApplicationBootstrap();
    await eventually(() => seen.length > 0);
    expect([seen, calm, asked]).toEqual([['always'], ['never'], 1]);
  });

  it('sees what comes later, and tells of what falls due before its next look when it does', async () => {
    const due: number[] = [];
    lookout.watch({ name: 'tasks', dueIn, due: () => due.push(performance.now()) });
    lookout.onApplicationBootstrap();
    await eventually(() => asked >= 2);
    expect(due).toEqual([]);
    await insert(0.3);
    const inserted = performance.now();
    await eventually(() => due.length > 0);
    // Never too early, by more than the insertion took to be answered.
    expect(due[0]! - inserted).toBeGreaterThan(200);
    await dataSource.query('DELETE FROM public.task');
    await insert(-1);
    const before = due.length;
    await eventually(() => due.length > before);
  });

  it('tells everybody to look for themselves while it cannot, and goes on', async () => {
    const seen: string[] = [];
    lookout.watch({ name: 'tasks', dueIn, due: () => seen.push('tasks') });
    lookout.watch({
      name: 'others',
      dueIn: 'SELECT NULL FROM public.missing',
      due: () => seen.push('others'),
      calm: () => seen.push('calm'),
    });
    lookout.onApplicationBootstrap();
    await eventually(() => asked >= 2);
    expect(seen.slice(0, 2)).toEqual(['tasks', 'others']);
    await dataSource.query('CREATE TABLE public.missing AS SELECT 1');
    await eventually(() => seen.at(-1) === 'calm');
  });

  it('asks nothing when there is nothing to look out for', async () => {
    lookout.onApplicationBootstrap();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(asked).toBe(0);
  });
});
