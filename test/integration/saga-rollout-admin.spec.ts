import { z } from 'zod';
import { defineSaga } from '../../src/saga/definition/index.js';
import type { RolloutReport } from '../../src/saga/rollout/rollout.response.dto.js';
import { eventually } from '../support/eventually.js';
import { lab } from '../support/lab/definition.js';
import { Finish, Finished } from '../support/lab/messages.js';
import { startAdminApp, type AdminApp } from './saga-admin-app.js';

const second = defineSaga('lab', 2, z.object({ key: z.string() }))
  .retriable('finish', (s) =>
    s
      .local()
      .action(Finish, ({ input }) => input)
      .succeeds(Finished),
  )
  .build();

interface Refusal {
  readonly code: string;
  readonly detail: string;
  readonly errors?: { pointer: string; code: string }[];
}
interface Version {
  readonly version: number;
  readonly state: string;
  readonly share: number;
  readonly removable: boolean;
  readonly inFlight: number;
}

const path = '/v1/admin/saga-definitions/lab/rollout';
const stateOf = (version: number) => `/v1/admin/saga-definitions/lab/versions/${version}/state`;
const canary = {
  shares: { 1: 90, 2: 10 },
  guard: { candidate: 2, control: 1, maxExcess: { failure: 0.05 } },
  reason: 'A canary.',
};

describe('A rollout', () => {
  let admin: AdminApp;
  beforeEach(async () => {
    admin = await startAdminApp([lab, second]);
  });
  afterEach(() => admin.close());

  const put = (body: unknown, headers: Record<string, string> = {}) =>
    admin.http.put<RolloutReport & Refusal>(path, body, { headers });
  const putState = (version: number, state: string, headers: Record<string, string> = {}) =>
    admin.http.put<RolloutReport & Refusal>(stateOf(version), { state, reason: 'why' }, { headers });
  const versions = async () => {
    const { body } = await admin.http.get<{ items: { revision: number; versions: Version[] }[] }>(
      '/v1/admin/saga-definitions',
    );
    return body.items[0]!;
  };
  const versionOf = async (id: string) =>
    (await admin.http.get<{ version: number }>(`/v1/admin/sagas/${id}`)).body.version;

  it('that nobody has changed gives all to the default, and all versions are active', async () => {
    const { status, body, headers } = await admin.http.get<RolloutReport>(path);
    expect([status, headers.get('etag')]).toEqual([200, '"0"']);
    expect(body).toMatchObject({
      definition: 'lab',
      shares: { 1: 100 },
      rules: [],
      stickyBy: 'order',
      states: { 1: 'active', 2: 'active' },
      guard: null,
      breach: null,
      changedBy: null,
      inFlight: [],
    });
    expect(await versions()).toMatchObject({
      revision: 0,
      versions: [
        { version: 1, state: 'active', share: 100, removable: false },
        { version: 2, state: 'active', share: 0, removable: false },
      ],
    });
  });

  it('that is changed decides on the next saga, says what it means, and is audited', async () => {
    const waiting = await admin.stuckAtTheEnd('old');
    const { status, body, headers } = await put({ shares: { 1: 0, 2: 100 }, reason: 'It is good.' });
    expect([status, headers.get('etag')]).toEqual([200, '"1"']);
    expect(body).toMatchObject({ revision: 1, changedBy: 'demo-operator', shares: { 1: 0, 2: 100 } });
    expect(body.inFlight).toEqual([{ version: 1, status: 'parked', count: 1 }]);
    expect(body.consequences).toEqual([
      'From the next one on 100 % get v2.',
      '1 in flight on v1 (1 parked) go on with it to their end.',
    ]);
    expect(await versionOf(await admin.start('new'))).toBe(2);
    expect(await versionOf(waiting)).toBe(1);

    // The previous version is the default again in one call.
    await put({ shares: { 1: 100 }, reason: 'It is not.' });
    expect(await versionOf(await admin.start('newer'))).toBe(1);
    const { body: log } = await admin.http.get<{ items: Record<string, unknown>[] }>('/v1/admin/audit');
    expect(log.items).toMatchObject([
      { action: 'rollout.put', reason: 'It is not.', before: { revision: 1 }, after: { revision: 2 } },
      {
        actor: 'demo-operator',
        sagaId: null,
        before: { definition: 'lab', revision: 0, shares: { 1: 100 } },
        after: { definition: 'lab', revision: 1, shares: { 1: 0, 2: 100 } },
      },
    ]);
  });

  it('is changed once by one key, and by one of two who have seen the same', async () => {
    const key = { 'Idempotency-Key': 'once' };
    const wish = { shares: { 1: 50, 2: 50 }, reason: 'half' };
    expect((await put(wish, key)).body.revision).toBe(1);
    const again = await put(wish, key);
    expect([again.body.revision, again.headers.get('idempotency-replayed')]).toEqual([1, 'true']);
    const answers = await Promise.all(
      [30, 40, 50].map((share) =>
        put({ shares: { 1: 100 - share, 2: share }, reason: 'race' }, { 'If-Match': '"1"' }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412]);
    expect((await admin.http.get<RolloutReport>(path)).body.revision).toBe(2);
  });

  it('changed for the first time by several at once has a revision for each', async () => {
    const answers = await Promise.all(
      [10, 20, 30, 40].map((share) => put({ shares: { 1: 100 - share, 2: share }, reason: 'race' })),
    );
    expect(answers.map(({ body }) => body.revision).sort()).toEqual([1, 2, 3, 4]);
  });

  it('that cannot be is refused with all that is wrong, and where; nothing changes', async () => {
    const asked = async (body: unknown) => {
      const answer = await put(body);
      const errors = (answer.body.errors ?? []).map(({ pointer, code }) => `${pointer} ${code}`);
      return [answer.status, answer.body.code, ...errors];
    };
    expect(await asked({ shares: { 1: 50 }, reason: 'why' })).toEqual([
      ...[400, 'HTTP.VALIDATION', '/shares SAGA.SHARES_NOT_100'],
    ]);
    expect(await asked({ shares: { one: 100 }, reason: 'why', what: 1 })).toContain('/what UNKNOWN_FIELD');
    expect(await asked({ shares: { 1: 50, 7: 50 }, reason: 'why' })).toEqual([
      ...[422, 'SAGA.ROLLOUT_UNFIT', '/shares/7 SAGA.VERSION_UNKNOWN'],
    ]);
    expect(await asked({ ...canary, shares: { 1: 100 } })).toEqual([
      ...[422, 'SAGA.ROLLOUT_UNFIT', '/guard/candidate SAGA.GUARD_COMPARES_NOTHING'],
    ]);
    const slow = { ...canary.guard, maxExcess: { slow: 0.1 } };
    expect(await asked({ ...canary, guard: slow })).toContain('/guard/slowAfterMs NOT_ALLOWED');
    const rules = [{ when: { header: { name: 'Authorization', values: ['Bearer x'] } }, version: 2 }];
    expect((await asked({ ...canary, rules }))[0]).toBe(400);
    const nowhere = await admin.http.put<Refusal>(path.replace('lab', 'nothing'), canary);
    expect([nowhere.status, nowhere.body.code]).toEqual([404, 'SAGA.DEFINITION_NOT_FOUND']);
    expect((await versions()).revision).toBe(0);
  });

  it('gives nothing to a closed version, which is removable once nothing needs it', async () => {
    await put(canary);
    const early = await putState(1, 'closed');
    expect([early.status, early.body.code]).toEqual([409, 'SAGA.VERSION_IN_USE']);
    expect(early.body.detail).toContain('it has a share of 90 %; a guard watches it');

    const left = await admin.stuckAtTheEnd('the last of v1');
    await put({ shares: { 2: 100 }, reason: 'All.' });
    expect((await putState(1, 'deprecated')).body.states).toEqual({ 1: 'deprecated', 2: 'active' });
    const back = await put({ shares: { 1: 1, 2: 99 }, reason: 'Still possible.' });
    expect(back.body.consequences).toContain('v1 is deprecated, and still gets new ones.');
    await put({ shares: { 2: 100 }, reason: 'All.' });

    expect((await putState(1, 'closed', { 'If-Match': '"3"' })).status).toBe(412);
    const { revision } = await versions();
    expect((await putState(1, 'closed', { 'If-Match': `"${revision}"` })).status).toBe(200);
    const refused = await put({ shares: { 1: 1, 2: 99 }, reason: 'No.' });
    expect([refused.status, refused.body.errors?.[0]?.code]).toEqual([422, 'SAGA.VERSION_CLOSED']);
    expect((await versions()).versions[0]).toMatchObject({ state: 'closed', inFlight: 1, removable: false });
    await admin.act(left, 'retry');
    await eventually(async () =>
      expect((await versions()).versions[0]).toMatchObject({ inFlight: 0, removable: true }),
    );
    expect((await putState(1, 'active')).body.states).toEqual({ 1: 'active', 2: 'active' });
    const unknown = await putState(7, 'closed');
    expect([unknown.status, unknown.body.code]).toEqual([404, 'SAGA.DEFINITION_NOT_FOUND']);
  });

  it('to a version that a build lacks keeps that build from being ready', async () => {
    expect((await admin.http.get('/health/ready')).status).toBe(200);
    await put({ shares: { 1: 100 }, reason: 'A row.' });
    await admin.dataSource.query(
      `UPDATE saga.rollout SET shares = '{"9": 100}', changed_at = clock_timestamp()`,
    );
    const { status, body } = await admin.http.get('/health/ready');
    expect(status).toBe(503);
    expect(JSON.stringify(body)).toContain('lab v9');
    expect(await versionOf(await admin.start('all the same'))).toBe(2);
  });
});
