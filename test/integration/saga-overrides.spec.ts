import { randomUUID } from 'node:crypto';
import { eventually } from '../support/eventually.js';
import { lab } from '../support/lab/definition.js';
import { review, startAdminApp, type AdminApp } from './saga-admin-app.js';

type Body = Record<string, unknown>;

let admin: AdminApp;
beforeAll(async () => {
  admin = await startAdminApp([lab, review]);
});
afterAll(() => admin.close());

const override = (id: string, action: string, body: Body, headers: Record<string, string> = {}) =>
  admin.supervisor.post<Body>(`/v1/admin/sagas/${id}/${action}`, { reason: 'by hand', ...body }, { headers });
const read = async (id: string) => (await admin.http.get<Body>(`/v1/admin/sagas/${id}`)).body;
const audit = async (id: string) =>
  (await admin.http.get<{ items: Body[] }>(`/v1/admin/audit?sagaId=${id}`)).body.items;
const effects = async (key: string) => {
  const rows: { what: string }[] = await admin.dataSource.query(
    `SELECT what FROM lab.effect WHERE key = $1 ORDER BY id`,
    [key],
  );
  return rows.map(({ what }) => what.replace(/^lab\.|\.v1$/g, ''));
};

describe('A supervisor who gives a result', () => {
  it('lets a parked step count as done: nothing runs for it, and the audit commits with it', async () => {
    const id = await admin.stuckAtTheEnd('skip-finish');
    const { revision } = await read(id);
    const headers = { 'if-match': `"${String(revision)}"`, 'idempotency-key': randomUUID() };
    const body = { result: { key: 'skip-finish' } };
    const { status, body: saga, headers: answered } = await override(id, 'skip', body, headers);

    expect([status, saga.status]).toEqual([200, 'completed']);
    expect(answered.get('etag')).toBe(`"${String(saga.revision)}"`);
    expect(saga).toMatchObject({ dryRun: false });
    expect((saga.steps as Body[])[4]).toMatchObject({ status: 'succeeded', result: { key: 'skip-finish' } });
    expect(await effects('skip-finish')).not.toContain('finish');
    expect(await audit(id)).toMatchObject([
      { action: 'saga.skip', actor: 'demo-supervisor', reason: 'by hand', after: { status: 'completed' } },
    ]);
    expect((await override(id, 'skip', body, headers)).headers.get('idempotency-replayed')).toBe('true');
    expect((await override(id, 'skip', body)).body.code).toBe('SAGA.ENDED');
  });

  it('is told at which place a result does not fit, and nothing changes', async () => {
    const id = await admin.stuckAtTheEnd('skip-misfit');
    const before = await read(id);
    const { status, body } = await override(id, 'skip', { result: { key: 7 } });
    expect([status, body.code]).toEqual([422, 'SAGA.RESULT_DOES_NOT_FIT']);
    expect(body.errors).toMatchObject([{ pointer: '/result/key', code: 'WRONG_TYPE' }]);
    expect((await override(id, 'skip', { result: 'done' })).status).toBe(400);
    expect((await override(id, 'skip', {})).body.errors).toMatchObject([
      { pointer: '/result', code: 'REQUIRED' },
    ]);
    expect(await read(id)).toEqual(before);
    expect(await audit(id)).toEqual([]);
  });

  it('settles a refund that was paid back outside, and the gateway is not asked again', async () => {
    const id = await admin.stuckRefund('skip-refund');
    const { body } = await override(id, 'skip', { result: { transfer: 'bank 4711' } });
    expect(body.status).toBe('compensated');
    const saga = await read(id);
    expect((saga.steps as Body[])[1]).toMatchObject({
      compensation: { status: 'succeeded', result: { transfer: 'bank 4711' } },
    });
    expect(await effects('skip-refund')).not.toContain('refund');
  });

  it('ends a wait in the place of its event', async () => {
    const id = await admin.start('skip-wait', 'review');
    await admin.until(id, 'waiting');
    expect((await override(id, 'skip', { result: { who: 'ann' } })).status).toBe(422);
    expect((await override(id, 'skip', { result: { by: 'ann' } })).status).toBe(200);
    const saga = await admin.until(id, 'completed');
    expect((saga.steps as Body[])[0]).toMatchObject({ status: 'succeeded', result: { by: 'ann' } });
  });

  it('is told to wait while a call is under way', async () => {
    const gate = admin.script.hold('lab.pay.v1', 'under-way', 'before its answer');
    const id = await admin.start('under-way');
    await gate.arrived;
    for (const [action, body] of [
      ['skip', { result: { key: 'x', reference: 'y' } }],
      ['terminate', {}],
    ] as const) {
      const refused = await override(id, action, body);
      expect([refused.status, refused.body.code]).toEqual([409, 'SAGA.UNDER_WAY']);
      expect(refused.body.details).toMatchObject({ status: 'running', currentStep: 'pay' });
    }
    gate.release();
    await admin.until(id, 'completed');
  });
});

describe('A supervisor who terminates a saga', () => {
  it('leaves what is open as it is, and hears of each', async () => {
    const id = await admin.stuckRefund('terminated');
    const { status, body } = await override(id, 'terminate', {});
    expect(status).toBe(200);
    expect(body.abandoned).toEqual([{ step: 'pay', index: 1, by: 'demo-supervisor', reason: 'by hand' }]);
    const saga = await admin.until(id, 'terminated');
    expect(saga).toMatchObject({
      abandoned: [{ step: 'pay' }],
      cause: { code: 'SAGA.TERMINATED', message: 'by hand', chain: ['Rejection: The outside says no.'] },
      summary: expect.stringMatching(/^lab v1 was terminated at ship .*; 1 effect abandoned$/) as unknown,
    });
    expect((saga.steps as Body[])[1]).toMatchObject({ compensation: { status: 'abandoned' } });
    expect(await audit(id)).toMatchObject([{ action: 'saga.terminate', before: { status: 'parked' } }]);
    expect((await override(id, 'terminate', {})).body.code).toBe('SAGA.ENDED');
  });

  it('may pause one that runs, and terminate it when its call has ended', async () => {
    const gate = admin.script.hold('lab.pay.v1', 'paused-first', 'before its answer');
    const id = await admin.start('paused-first');
    await gate.arrived;
    expect((await admin.act(id, 'pause')).status).toBe(200);
    gate.release();
    const body = await eventuallyDone(() => override(id, 'terminate', {}));
    expect((body.abandoned as Body[]).map(({ step }) => step)).toEqual(['hold', 'pay']);
    await admin.until(id, 'terminated');
    expect(await effects('paused-first')).toEqual(['hold', 'pay']);
  });
});

describe('A dry run', () => {
  const dry = (id: string, action: string, more: Body = {}) =>
    override(id, action, { dryRun: true, ...more });

  it('tells what would follow, for every action, and does nothing', async () => {
    const refund = await admin.stuckRefund('dry-refund');
    const end = await admin.stuckAtTheEnd('dry-end');
    const before = [await read(refund), await read(end)];
    const told = async (id: string, action: string, more: Body = {}) => {
      const { status, body } = await dry(id, action, more);
      expect({ action, status, dryRun: body.dryRun }).toEqual({ action, status: 200, dryRun: true });
      return body.consequences;
    };
    expect(await told(refund, 'retry')).toEqual(['undoes pay again, under the same reference']);
    expect(await told(refund, 'skip', { result: { transfer: '1' } })).toEqual([
      'takes the undoing of pay as settled outside: it is not carried out, and no book of ours is changed',
      'ends compensated',
    ]);
    expect(await told(refund, 'terminate')).toEqual([
      'abandons the effect of pay: nobody undoes it',
      'ends terminated, and the business is not told',
    ]);
    expect(await told(end, 'retry')).toEqual(['carries out finish again']);
    expect(await told(end, 'pause')).toEqual(['begins nothing new before somebody resumes it']);
    expect(await told(end, 'skip', { result: { key: 'dry-end' } })).toEqual([
      'takes the given result as the outcome of finish: it is not carried out, and no book of ours is changed',
      'ends completed',
    ]);
    expect([await read(refund), await read(end)]).toEqual(before);
    expect([...(await audit(refund)), ...(await audit(end))]).toEqual([]);
  });

  it('tells what turning back and resuming would do', async () => {
    admin.script.always('lab.note.v1', 'dry-note', 'throw');
    const id = await admin.start('dry-note');
    await admin.until(id, 'parked');
    expect((await dry(id, 'compensate')).body.consequences).toEqual([
      'undoes pay',
      'undoes hold',
      'ends compensated',
    ]);
    await admin.act(id, 'pause');
    expect((await dry(id, 'retry')).body.consequences).toEqual([
      'carries out note again',
      'stays paused: nothing of it happens before somebody resumes it',
    ]);
    expect((await dry(id, 'resume')).body.consequences).toEqual(['goes on where it stood']);
  });

  it('is refused as the action itself would be', async () => {
    const id = await admin.stuckAtTheEnd('dry-refused');
    expect((await dry(id, 'compensate')).body.code).toBe('SAGA.TOO_LATE');
    expect((await dry(id, 'skip', { result: {} })).status).toBe(422);
    const stale = await override(id, 'retry', { dryRun: true }, { 'if-match': '"1"' });
    expect(stale.status).toBe(412);
  });
});

/** Asks until it is granted; answers what came of it. */
async function eventuallyDone(ask: () => Promise<{ status: number; body: Body }>): Promise<Body> {
  return eventually(async () => {
    const { status, body } = await ask();
    expect(status).toBe(200);
    return body;
  });
}
