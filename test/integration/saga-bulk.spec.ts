import { randomUUID } from 'node:crypto';
import { JobDesk } from '../../src/saga/admin/jobs/job-desk.js';
import { JobRunner } from '../../src/saga/admin/jobs/job-runner.js';
import { JobStore } from '../../src/saga/admin/jobs/job-store.js';
import { eventually } from '../support/eventually.js';
import type { Gate } from '../support/lab/script.js';
import { startAdminApp, type AdminApp } from './saga-admin-app.js';

interface Job {
  readonly id: string;
  readonly status: string;
  readonly endedBecause: string | null;
  readonly progress: Readonly<Record<string, number>>;
  readonly items: readonly {
    readonly sagaId: string;
    readonly status: string;
    readonly code: string | null;
    readonly consequences: readonly string[] | null;
  }[];
  readonly nextCursor: string | null;
}

let admin: AdminApp;
beforeAll(async () => {
  admin = await startAdminApp();
}, 60_000);
afterAll(() => admin.close());

const gates: Gate[] = [];
/** Ends the runners that a test has started by itself. */
let ending: AbortController;
beforeEach(() => {
  ending = new AbortController();
});
afterEach(async () => {
  ending.abort();
  for (const gate of gates.splice(0)) gate.release();
  // Every test has its own only: what one leaves behind fits the filter of the next, or is a job to be taken up.
  await admin.dataSource.query(`DELETE FROM saga.job`);
  await admin.dataSource.query(`DELETE FROM saga.live_instance`);
});

const refund = 'lab.refund.v1';
const filter = { definition: 'lab', step: 'pay', status: 'parked' };

/** Sagas whose refund is parked, the oldest first. */
async function stuck(...keys: readonly string[]): Promise<string[]> {
  const ids: string[] = [];
  for (const key of keys) {
    admin.script.next('lab.ship.v1', key, 'reject');
    admin.script.always(refund, key, 'unavailable');
    ids.push(await admin.start(key));
  }
  for (const id of ids) await admin.until(id, 'parked');
  return ids;
}
const mend = (...keys: readonly string[]) => keys.forEach((key) => admin.script.mend(refund, key));

const order = async (changes: object = {}, http = admin.http) => {
  const body = { action: 'retry', filter, reason: 'mended', ratePerSecond: 100, ...changes };
  return http.post<Job>('/v1/admin/sagas/bulk', body);
};
const read = async (id: string, query = '') =>
  (await admin.http.get<Job>(`/v1/admin/jobs/${id}${query}`)).body;
const until = (id: string, status: string) =>
  eventually(async () => {
    const job = await read(id);
    expect(job.status).toBe(status);
    return job;
  });
const audited = async (jobId: string) => {
  const path = `/v1/admin/audit?jobId=${jobId}&limit=200`;
  const { body } = await admin.http.get<{ items: { action: string; sagaId: string | null }[] }>(path);
  return body.items;
};
/** How often each of the sagas was acted on by the job. */
const actions = async (jobId: string) =>
  (await audited(jobId)).flatMap(({ sagaId }) => (sagaId === null ? [] : [sagaId])).sort();

describe('A bulk action', () => {
  it('is done to every saga that fits, each with its own audit entry, and tells each result', async () => {
    const keys = ['a', 'b', 'c', 'd', 'e'];
    const ids = await stuck(...keys);
    mend(...keys);
    const key = { 'idempotency-key': randomUUID() };
    const body = { action: 'retry', filter, reason: 'mended', ratePerSecond: 100 };
    const asked = await admin.http.post<Job>('/v1/admin/sagas/bulk', body, { headers: key });
    expect(asked.status).toBe(202);
    expect(asked.headers.get('location')).toBe(`/v1/admin/jobs/${asked.body.id}`);
    const again = await admin.http.post<Job>('/v1/admin/sagas/bulk', body, { headers: key });
    expect(again.body.id).toBe(asked.body.id);

    const job = await until(asked.body.id, 'completed');
    expect(job.progress).toMatchObject({ total: 5, movedOn: 5, waiting: 0, underWay: 0, refused: 0 });
    expect(job.items.map(({ sagaId, status }) => [sagaId, status])).toEqual(
      ids.map((id) => [id, 'moved-on']),
    );
    for (const id of ids) await admin.until(id, 'compensated');
    expect(await actions(job.id)).toEqual([...ids].sort());
    expect((await audited(job.id)).at(-1)).toMatchObject({
      action: 'job.start',
      sagaId: null,
      reason: 'mended',
    });

    const first = await read(job.id, '?limit=2');
    expect(first.items).toHaveLength(2);
    expect((await read(job.id, `?limit=2&cursor=${first.nextCursor!}`)).items[0]!.sagaId).toBe(ids[2]);
  });

  it('tries one first, and touches no other before that one is past its failure', async () => {
    const keys = ['probe', 'second', 'third'];
    const ids = await stuck(...keys);
    mend(...keys);
    const gate = admin.script.hold(refund, 'probe', 'before its answer');
    gates.push(gate);
    const { body } = await order();
    await gate.arrived;
    const job = await eventually(async () => {
      const seen = await read(body.id);
      expect(seen.progress).toMatchObject({ underWay: 1, waiting: 2 });
      return seen;
    });
    expect(job.items[0]).toMatchObject({ sagaId: ids[0], status: 'under-way' });
    // One that goes on by other hands meanwhile does not fit any more.
    await admin.act(ids[2]!, 'retry');
    await admin.until(ids[2]!, 'compensated');
    gate.release();
    const done = await until(body.id, 'completed');
    expect(done.items.map(({ status, code }) => [status, code])).toEqual([
      ['moved-on', null],
      ['moved-on', null],
      ['refused', 'SAGA.FITS_NO_MORE'],
    ]);
    expect(await actions(body.id)).toEqual([ids[0]!, ids[1]!].sort());
  });

  it('stops when the probe fails again, and touches no other', async () => {
    const ids = await stuck('still-failing', 'spared', 'spared-too');
    mend('spared', 'spared-too');
    const { body } = await order();
    const job = await until(body.id, 'stopped');
    expect(job.endedBecause).toContain(`Saga ${ids[0]!} failed again at pay`);
    expect(job.progress).toMatchObject({ failedAgain: 1, waiting: 2 });
    expect(await actions(body.id)).toEqual([ids[0]]);
  });

  it('stops when one of the others fails as before, and goes on where that is not asked for', async () => {
    const keys = ['well', 'failing', 'well-too'];
    await stuck(...keys);
    mend('well', 'well-too');
    const { body: stopping } = await order({ ratePerSecond: 1 });
    expect((await until(stopping.id, 'stopped')).progress).toMatchObject({
      movedOn: 1,
      failedAgain: 1,
      waiting: 1,
    });
    const still = { ...filter, correlationId: 'failing' };
    await eventually(async () =>
      expect(
        (await admin.http.get<{ items: unknown[] }>('/v1/admin/sagas?status=parked')).body.items,
      ).toHaveLength(2),
    );
    const { body: lasting } = await order({ stopOnRepeat: false });
    expect((await until(lasting.id, 'completed')).progress).toMatchObject({ movedOn: 1, failedAgain: 1 });
    expect((await order({ filter: still, stopOnRepeat: false })).body.progress).toMatchObject({ total: 1 });
  });

  it('as a dry run tells what would follow, and does nothing', async () => {
    const ids = await stuck('dry', 'dry-too');
    const { body } = await order({ dryRun: true, action: 'retry' });
    const job = await until(body.id, 'completed');
    expect(job.progress).toMatchObject({ total: 2, previewed: 2 });
    expect(job.items[0]!.consequences).toEqual([expect.stringContaining('undoes pay again')]);
    expect(await actions(body.id)).toEqual([]);
    for (const id of ids) await admin.until(id, 'parked');
  });

  it('notes what does not apply, and goes on with the others', async () => {
    const ids = await stuck('turned', 'turned-too');
    const { body } = await order({ action: 'compensate' });
    const job = await until(body.id, 'completed');
    expect(job.items.map(({ sagaId, status, code }) => [sagaId, status, code])).toEqual(
      ids.map((id) => [id, 'refused', 'SAGA.TURNED_BACK']),
    );
  });

  it('is cancelled: what was done stays, and nothing further is done', async () => {
    const keys = ['one', 'two', 'three', 'four'];
    await stuck(...keys);
    mend(...keys);
    const { body } = await order({ ratePerSecond: 1, probe: false });
    await eventually(async () => expect((await read(body.id)).progress.waiting).toBeLessThan(4));
    const path = `/v1/admin/jobs/${body.id}/cancel`;
    const cancelled = await admin.http.post<Job>(path, { reason: 'enough' });
    expect([cancelled.status, cancelled.body.status]).toEqual([200, 'cancelled']);
    const { length } = await actions(body.id);
    expect(cancelled.body.progress.waiting).toBe(4 - length);
    const twice = await admin.http.post<{ code: string }>(path, { reason: 'enough' });
    expect([twice.status, twice.body.code]).toEqual([409, 'SAGA.JOB_ENDED']);
    expect(await actions(body.id)).toHaveLength(length);
  });

  it('is for those who may do it to one saga, and says which sagas', async () => {
    const terminate = { action: 'terminate', filter: { correlationId: 'nobody' } };
    expect((await order(terminate)).status).toBe(403);
    expect((await order(terminate, admin.supervisor)).status).toBe(202);
    expect((await order({ filter: {} })).status).toBe(400);
    expect((await order({ action: 'skip' })).status).toBe(400);
    expect((await admin.http.get(`/v1/admin/jobs/${randomUUID()}`)).status).toBe(404);
  });
});

describe('A job whose worker is gone', () => {
  // Who takes up jobs here is the test.
  beforeAll(() => admin.get(JobDesk).beforeApplicationShutdown());

  it('is taken over, and no saga is acted on twice, even while the first one believes that it has it', async () => {
    const keys = Array.from({ length: 12 }, (_, n) => `k-${n}`);
    const ids = await stuck(...keys);
    mend(...keys);
    const { body } = await order({ probe: false, ratePerSecond: 8 });
    const [jobs, runner] = [admin.get(JobStore), admin.get(JobRunner)];
    const { signal: stopping } = ending;
    const [first, second] = [randomUUID(), randomUUID()];

    // Its lease has run out as soon as it has it: it goes on until somebody else takes the job.
    const owned = await jobs.claim(first, 0);
    const running = runner.run(owned!, { worker: first, seconds: 0, stopping });
    await eventually(async () => expect((await read(body.id)).progress.waiting).toBeLessThan(10));
    const taken = await eventually(async () => {
      const claimed = await jobs.claim(second, 30);
      expect(claimed?.id).toBe(body.id);
      return claimed!;
    });
    await Promise.all([running, runner.run(taken, { worker: second, seconds: 30, stopping })]);

    expect((await until(body.id, 'completed')).progress).toMatchObject({ total: 12, movedOn: 12 });
    expect(await actions(body.id)).toEqual([...ids].sort());
  });

  it('acts on each saga once, however many believe at the same instant that it is theirs', async () => {
    const keys = Array.from({ length: 12 }, (_, n) => `same-${n}`);
    await stuck(...keys);
    const pause = { action: 'pause', filter: { definition: 'lab' }, probe: false, ratePerSecond: 1_000 };
    const { body } = await order(pause);
    const [jobs, runner] = [admin.get(JobStore), admin.get(JobRunner)];
    const worker = randomUUID();
    const owned = await jobs.claim(worker, 30);
    const lease = { worker, seconds: 30, stopping: ending.signal };
    // What is paused already would be refused, and noted so.
    await Promise.all([1, 2, 3].map(() => runner.run(owned!, lease)));
    expect((await read(body.id)).progress).toMatchObject({ movedOn: 12, refused: 0 });
    expect(await actions(body.id)).toHaveLength(12);
  });

  it('is given back by a worker that ends in order', async () => {
    const keys = ['left', 'left-too', 'left-three'];
    await stuck(...keys);
    mend(...keys);
    const { body } = await order({ probe: false, ratePerSecond: 1 });
    const jobs = admin.get(JobStore);
    const first = randomUUID();
    const owned = await jobs.claim(first, 600);
    const running = admin
      .get(JobRunner)
      .run(owned!, { worker: first, seconds: 600, stopping: ending.signal });
    await eventually(async () => expect((await read(body.id)).progress.waiting).toBe(2));
    expect(await jobs.claim(randomUUID(), 600)).toBeNull();
    ending.abort();
    await running;
    expect((await jobs.claim(randomUUID(), 600))?.id).toBe(body.id);
  });
});
