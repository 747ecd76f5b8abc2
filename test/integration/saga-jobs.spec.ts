import { JobPruner } from '../../src/saga/admin/jobs/job.pruner.js';
import { eventually } from '../support/eventually.js';
import type { Gate } from '../support/lab/script.js';
import { startAdminApp, type AdminApp } from './saga-admin-app.js';

interface Job {
  readonly id: string;
  readonly status: string;
  readonly reason: string;
  readonly progress: Readonly<Record<string, number>>;
}
interface Page {
  readonly items: readonly Job[];
  readonly nextCursor: string | null;
}

let admin: AdminApp;
/** The oldest first: two that have ended, and one that goes on for as long as the tests do. */
let jobs: string[];
let gate: Gate;

const read = async (query = '') => (await admin.http.get<Page>(`/v1/admin/jobs${query}`)).body;
const order = async (changes: object) => {
  const body = { action: 'retry', filter: { definition: 'lab' }, reason: 'mended', ...changes };
  return (await admin.http.post<Job>('/v1/admin/sagas/bulk', body)).body.id;
};
const ended = (id: string) =>
  eventually(async () =>
    expect((await admin.http.get<Job>(`/v1/admin/jobs/${id}`)).body.status).toBe('completed'),
  );

beforeAll(async () => {
  admin = await startAdminApp();
  for (const key of ['one', 'two']) await admin.stuckRefund(key);
  const dry = await order({ dryRun: true, reason: 'first' });
  await ended(dry);
  const empty = await order({ filter: { correlationId: 'nobody' }, reason: 'second' });
  await ended(empty);
  // The probe never comes back, so that the other one waits.
  gate = admin.script.hold('lab.refund.v1', 'one', 'before its answer');
  jobs = [dry, empty, await order({ reason: 'third' })];
  await gate.arrived;
  await eventually(async () => expect((await read('?limit=1')).items[0]!.progress.underWay).toBe(1));
}, 60_000);
afterAll(async () => {
  gate?.release();
  await admin.close();
});

describe('The list of jobs', () => {
  it('has the newest first, each with how far it is', async () => {
    const { items, nextCursor } = await read();
    expect(items.map(({ id }) => id)).toEqual([...jobs].reverse());
    expect(items).toMatchObject([
      { status: 'running', reason: 'third', progress: { total: 2, underWay: 1, waiting: 1 } },
      { status: 'completed', reason: 'second', progress: { total: 0, waiting: 0 } },
      { status: 'completed', reason: 'first', progress: { total: 2, previewed: 2, waiting: 0 } },
    ]);
    expect(nextCursor).toBeNull();
  });

  it('is read page by page, and stays as it was while jobs come in', async () => {
    const [third, second, first] = [...jobs].reverse();
    const page = await read('?limit=1');
    expect(page.items.map(({ id }) => id)).toEqual([third]);
    await ended(await order({ filter: { correlationId: 'nobody' }, reason: 'new' }));
    const next = await read(`?limit=1&cursor=${page.nextCursor!}`);
    expect(next.items.map(({ id }) => id)).toEqual([second]);
    const last = await read(`?limit=1&cursor=${next.nextCursor!}`);
    expect([last.items.map(({ id }) => id), last.nextCursor]).toEqual([[first], null]);
  });

  it('shows those that stand as asked for', async () => {
    const running = await read('?status=running');
    expect(running.items.map(({ id }) => id)).toEqual([jobs[2]]);
    expect((await read('?status=stopped')).items).toEqual([]);
    const { items } = await read('?status=completed&limit=200');
    expect(items.map(({ id }) => id)).toEqual(expect.arrayContaining(jobs.slice(0, 2)));
    expect(items.map(({ id }) => id)).not.toContain(jobs[2]);
  });

  it.each(['status=gone', 'cursor=nonsense', 'limit=0', 'actor=me'])(
    'says what is wrong with %s',
    async (query) => {
      const { status, body } = await admin.http.get<{ code: string; errors: { pointer: string }[] }>(
        `/v1/admin/jobs?${query}`,
      );
      const [name = ''] = query.split('=');
      expect([status, body.code, body.errors.map(({ pointer }) => pointer)]).toEqual([
        ...[400, 'HTTP.VALIDATION', [`/${name}`]],
      ]);
    },
  );
});

describe('A job that ended', () => {
  it('is forgotten after a month with its items, and not before', async () => {
    const [old, young] = [await order({ dryRun: true }), await order({ dryRun: true })];
    await ended(old);
    await ended(young);
    const end = (id: string, days: number) =>
      admin.dataSource.query(
        `UPDATE saga.job SET finished_at = clock_timestamp() - make_interval(days => $2) WHERE id = $1`,
        [id, days],
      );
    await end(old, 31);
    await end(young, 29);
    const pruner = admin.app.get(JobPruner, { strict: false });
    // Its items go first, and the job when there are none left.
    await pruner.prune();
    await pruner.prune();
    const items = await admin.dataSource.query<{ id: string }[]>(
      'SELECT DISTINCT job_id AS id FROM saga.job_item WHERE job_id = ANY ($1::uuid[])',
      [[old, young]],
    );
    expect(items).toEqual([{ id: young }]);
    expect((await admin.http.get(`/v1/admin/jobs/${old}`)).status).toBe(404);
    expect((await admin.http.get(`/v1/admin/jobs/${young}`)).status).toBe(200);
  });
});
