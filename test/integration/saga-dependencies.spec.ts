import type { SagaDefinition } from '../../src/saga/definition/index.js';
import { eventually } from '../support/eventually.js';
import { lab as plain } from '../support/lab/definition.js';
import { startAdminApp, type AdminApp } from './saga-admin-app.js';

const lab: SagaDefinition = {
  ...plain,
  steps: plain.steps.map((step) => (step.name === 'pay' ? { ...step, dependency: 'bank' } : step)),
};

type Body = Record<string, unknown>;

let admin: AdminApp;
beforeAll(async () => {
  admin = await startAdminApp([lab]);
});
afterAll(() => admin.close());

const act = (name: string, action: string, body: Body = {}, headers: Record<string, string> = {}) =>
  admin.http.post<Body>(
    `/v1/admin/dependencies/${name}/${action}`,
    { reason: 'mended', ...body },
    { headers },
  );

async function bank(): Promise<Body> {
  const { body } = await admin.http.get<{ items: Body[] }>('/v1/admin/dependencies');
  return body.items.find(({ name }) => name === 'bank')!;
}

/** Sagas that rest because of the bank. */
async function held(prefix: string, count: number): Promise<string[]> {
  const ids = [];
  for (let n = 0; n < count; n++) ids.push(await admin.start(`${prefix}-${n}`));
  await eventually(async () => expect((await bank()).heldSagas).toBe(count));
  return ids;
}

describe('A dependency', () => {
  it('is listed with whom it serves, also when it never failed', async () => {
    expect(await bank()).toEqual({
      ...{ name: 'bank', state: 'closed', failures: 0, errorCode: null, message: null, since: null },
      ...{ nextProbeAt: null, heldBy: null, reason: null, heldSagas: 0, releaseRate: 50 },
      ...{ usedBy: ['lab v1 › pay'], revision: 0 },
    });
  });

  it('that is held by hand is not called, nor probed, until it is released', async () => {
    const answer = await act('bank', 'hold', { reason: 'They move house.' }, { 'if-match': '"0"' });
    expect(answer).toMatchObject({
      status: 200,
      body: {
        state: 'held',
        heldBy: 'demo-operator',
        reason: 'They move house.',
        revision: 1,
        nextProbeAt: null,
      },
    });
    expect(answer.headers.get('etag')).toBe('"1"');
    const ids = await held('by-hand', 3);
    const { body: saga } = await admin.http.get<Body>(`/v1/admin/sagas/${ids[0]}`);
    expect(saga).toMatchObject({
      status: 'running',
      currentStep: 'pay',
      cause: { step: 'pay', code: 'SAGA.DEPENDENCY_HELD' },
      nextAttemptAt: expect.any(String) as unknown,
      owner: null,
    });
    expect((saga.steps as Body[])[1]).toMatchObject({
      status: 'retrying',
      attempts: 0,
      error: { code: 'SAGA.DEPENDENCY_HELD' },
    });

    const released = await act('bank', 'release', { ratePerSecond: 7 });
    expect(released).toMatchObject({
      status: 200,
      body: { state: 'closed', heldBy: null, reason: null, revision: 2, releaseRate: 7 },
    });
    for (const id of ids) await admin.until(id, 'completed');
    expect((await bank()).heldSagas).toBe(0);
  });

  it('is not held twice, and not released when nothing is held: the answer says how it stands', async () => {
    await act('bank', 'hold');
    const { revision } = await bank();
    expect(await act('bank', 'hold')).toMatchObject({
      status: 409,
      body: { code: 'SAGA.DEPENDENCY_HELD', details: { dependency: 'bank', state: 'held', revision } },
    });
    await act('bank', 'release');
    expect(await act('bank', 'release')).toMatchObject({
      status: 409,
      body: { code: 'SAGA.DEPENDENCY_NOT_HELD', details: { state: 'closed', heldSagas: 0 } },
    });
  });

  it('that has moved on is left as it is', async () => {
    const before = await bank();
    const stale = await act('bank', 'hold', {}, { 'if-match': `"${Number(before.revision) - 1}"` });
    expect(stale).toMatchObject({ status: 412, body: { details: { version: before.revision } } });
    expect(await bank()).toEqual(before);
  });

  it('that nobody has heard of is not there, and gets no row', async () => {
    expect(await act('casino', 'hold')).toMatchObject({
      status: 404,
      body: { code: 'SAGA.DEPENDENCY_NOT_FOUND' },
    });
    expect(await admin.dataSource.query(`SELECT FROM saga.dependency WHERE name = 'casino'`)).toEqual([]);
  });

  it('lets what is held go faster when it is released again', async () => {
    await act('bank', 'hold');
    const ids = await held('faster', 12);
    await act('bank', 'release', { ratePerSecond: 1 });
    expect(await act('bank', 'release', { ratePerSecond: 100 })).toMatchObject({
      status: 200,
      body: { releaseRate: 100 },
    });
    for (const id of ids) await admin.until(id, 'completed');
  });

  it('leaves who did what, and how it stood before and after, in the audit', async () => {
    const { body } = await admin.http.get<{ items: Body[] }>(
      '/v1/admin/audit?action=dependency.hold&limit=200',
    );
    expect(body.items.at(-1)).toMatchObject({
      actor: 'demo-operator',
      action: 'dependency.hold',
      sagaId: null,
      reason: 'They move house.',
      before: { dependency: 'bank', state: 'closed', heldSagas: 0, revision: 0 },
      after: { dependency: 'bank', state: 'held', heldSagas: 0, revision: 1 },
    });
  });

  it('that is held leaves the process ready', async () => {
    await act('bank', 'hold');
    expect((await admin.http.get('/health/ready')).status).toBe(200);
    await act('bank', 'release');
  });
});
