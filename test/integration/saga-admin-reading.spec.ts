import { randomUUID } from 'node:crypto';
import { eventually } from '../support/eventually.js';
import { lab } from '../support/lab/definition.js';
import { review, startAdminApp, type AdminApp } from './saga-admin-app.js';

type Body = Record<string, unknown>;
interface Page {
  items: Body[];
  nextCursor: string | null;
}

/** `lab` under another name, whose call has parameters. */
const parameters = { carrier: 'sandbox', insured: false };
const labelled = {
  ...lab,
  name: 'labelled',
  steps: lab.steps.map((step) => (step.name === 'ship' ? { ...step, parameters } : step)),
};

let admin: AdminApp;
beforeAll(async () => {
  admin = await startAdminApp([lab, review, labelled]);
});
afterAll(() => admin.close());

describe('The detail of a saga', () => {
  it('shows every step of a saga that is done, with what went in and came out', async () => {
    const id = await admin.start('done');
    const saga = await admin.until(id, 'completed');
    expect(Object.keys(saga).sort()).toEqual(
      [
        ...['id', 'definition', 'version', 'correlationId', 'status', 'currentStep', 'steps', 'cause'],
        ...[
          'compensationErrors',
          'failedStep',
          'failedIndex',
          'abandoned',
          'reactions',
          'segment',
          'standstill',
          'summary',
          'waitingFor',
          'nextAttemptAt',
          'parent',
          'children',
          'deadlineAt',
          'owner',
          'createdAt',
          'updatedAt',
          'revision',
        ],
      ].sort(),
    );
    expect(saga).toMatchObject({
      id,
      definition: 'lab',
      version: 1,
      correlationId: 'done',
      currentStep: null,
    });
    expect(saga).toMatchObject({ cause: null, compensationErrors: [], nextAttemptAt: null, owner: null });
    const steps = saga.steps as Body[];
    expect(steps.map(({ index, name, kind, status }) => [index, name, kind, status])).toEqual([
      [0, 'hold', 'local', 'succeeded'],
      [1, 'pay', 'external', 'succeeded'],
      [2, 'note', 'local', 'succeeded'],
      [3, 'ship', 'external', 'succeeded'],
      [4, 'finish', 'local', 'succeeded'],
    ]);
    expect(steps[1]).toEqual({
      ...{ index: 1, name: 'pay', kind: 'external', status: 'succeeded', attempts: 1 },
      input: { key: 'done', reference: expect.any(String) as unknown },
      result: { key: 'done', reference: expect.any(String) as unknown },
      ...{ error: null, unresolvedInput: null, progress: null, compensation: null },
      startedAt: expect.stringMatching(/Z$/) as unknown,
      finishedAt: expect.stringMatching(/Z$/) as unknown,
    });
  });

  it('says which step failed and how, and what could not be undone', async () => {
    const id = await admin.stuckRefund('refund-stuck');
    const { headers, body } = await admin.http.get<Body>(`/v1/admin/sagas/${id}`);
    expect(headers.get('etag')).toBe(`"${String(body.revision)}"`);
    expect(body.cause).toEqual({
      ...{ step: 'ship', index: 3, code: 'LAB.REFUSED', type: 'Rejection', message: 'The outside says no.' },
      stack: expect.stringContaining('Rejection') as unknown,
      chain: [],
    });
    expect(body).toMatchObject({ failedStep: 'ship', failedIndex: 3, abandoned: [] });
    expect(body.summary).toBe(
      'lab v1 failed at ship (step 4 of 5): LAB.REFUSED, The outside says no; 1 compensation failed',
    );
    expect(body.compensationErrors).toEqual([
      {
        ...{ step: 'pay', index: 1, code: 'LAB.UNAVAILABLE', type: 'RetryableError' },
        ...{ message: 'The outside is down.', stack: expect.any(String) as unknown, chain: [] },
      },
    ]);
    const [hold, pay, note, ship, finish] = body.steps as Body[];
    expect(hold).toMatchObject({ status: 'succeeded', compensation: { status: 'succeeded', attempts: 1 } });
    expect(note).toMatchObject({ compensation: { status: 'succeeded', result: { key: 'refund-stuck' } } });
    expect(pay).toMatchObject({ compensation: { status: 'parked', attempts: 3, finishedAt: null } });
    expect(ship).toMatchObject({ status: 'rejected', error: { code: 'LAB.REFUSED' }, compensation: null });
    // Undone in reverse, and not before the step had failed.
    const times = [note, pay, hold].map((step) => step!.compensation as Body);
    const began = [ship!.finishedAt, ...times.map(({ startedAt }) => startedAt)] as string[];
    expect(began.map((at) => Date.parse(at))).not.toContain(NaN);
    expect([...began].sort()).toEqual(began);
    for (const { startedAt, finishedAt } of [times[0]!, times[2]!])
      expect(Date.parse(finishedAt as string)).toBeGreaterThanOrEqual(Date.parse(startedAt as string));
    expect(finish).toEqual({
      ...{
        index: 4,
        name: 'finish',
        kind: 'local',
        status: 'pending',
        attempts: 0,
        input: null,
        result: null,
      },
      ...{ error: null, progress: null, startedAt: null, finishedAt: null, compensation: null },
      unresolvedInput: '$.input',
    });
  });

  it('says what holds up a saga that has not turned back', async () => {
    const id = await admin.stuckAtTheEnd('late');
    const { body } = await admin.http.get<Body>(`/v1/admin/sagas/${id}`);
    expect(body.cause).toMatchObject({ step: 'finish', index: 4, code: 'SAGA.UNCLASSIFIED', type: 'Error' });
    expect((body.steps as Body[])[4]).toMatchObject({ status: 'parked', attempts: 3 });
  });

  it('shows what it waits for and until when, and the progress of a step', async () => {
    const waiting = await admin.start('waits', 'review');
    const saga = await admin.until(waiting, 'waiting');
    expect((saga.steps as Body[])[0]).toMatchObject({ kind: 'wait', status: 'waiting', finishedAt: null });
    expect(Date.parse(saga.deadlineAt as string)).toBeGreaterThan(Date.now());
    const [awaited] = saga.waitingFor as Body[];
    expect(awaited).toMatchObject({ for: [expect.stringMatching(/\.v1$/)], until: saga.deadlineAt });

    const id = await admin.stuckAtTheEnd('reporting');
    admin.heartbeats.report(id, { role: 'action', name: 'finish' }, 1, { percent: 40 });
    await eventually(async () => {
      const { steps } = await admin.reader.one(id);
      expect(steps[4]).toMatchObject({ name: 'finish', progress: { percent: 40 } });
    });
  });

  it('shows the steps that were reached when the build does not know the definition', async () => {
    const id = await admin.stuckAtTheEnd('foreign');
    await admin.dataSource.query(`UPDATE saga.instance SET version = 77 WHERE id = $1`, [id]);
    const { status, body } = await admin.http.get<Body>(`/v1/admin/sagas/${id}`);
    expect(status).toBe(200);
    expect((body.steps as Body[]).map(({ name, kind }) => [name, kind]).at(-1)).toEqual(['finish', null]);
    expect((await admin.http.get<Page>('/v1/admin/sagas?version=77')).body.items).toHaveLength(1);
    const refused = await admin.act(id, 'retry');
    expect([refused.status, refused.body.code]).toEqual([409, 'SAGA.DEFINITION_UNKNOWN']);
    const { body: definitions } = await admin.http.get<Page>('/v1/admin/saga-definitions');
    expect(definitions.items[0]).toMatchObject({
      name: 'lab',
      versions: [
        { version: 1, state: 'active' },
        { version: 77, state: 'unknown', inFlight: 1 },
      ],
    });
  });

  it('is 404 for a saga that does not exist, 400 for no id, 403 for a client', async () => {
    const path = `/v1/admin/sagas/${randomUUID()}`;
    for (const one of [path, `${path}/journal`]) {
      const { status, body } = await admin.http.get<Body>(one);
      expect([status, body.code]).toEqual([404, 'SAGA.NOT_FOUND']);
    }
    expect((await admin.act(randomUUID(), 'retry')).status).toBe(404);
    expect((await admin.http.get('/v1/admin/sagas/one')).status).toBe(400);
    expect((await admin.http.as('demo-client').get(path)).status).toBe(403);
    expect((await admin.http.as('demo-supervisor').get(path)).status).toBe(404);
  });
});

describe('The list of sagas', () => {
  it('finds what is asked for, newest first, page by page', async () => {
    const ids = [
      await admin.stuckAtTheEnd('list-1'),
      await admin.stuckAtTheEnd('list-2'),
      await admin.stuckAtTheEnd('list-3'),
    ];
    const find = async (query: string) => (await admin.http.get<Page>(`/v1/admin/sagas?${query}`)).body;
    const first = await find('status=parked&step=finish&definition=lab&version=1&limit=2');
    expect(first.items.map(({ id }) => id)).toEqual([ids[2], ids[1]]);
    await admin.stuckAtTheEnd('list-4');
    const second = await find(
      `status=parked&step=finish&definition=lab&version=1&limit=2&cursor=${first.nextCursor!}`,
    );
    expect(second.items[0]).toMatchObject({ id: ids[0], status: 'parked', errorCode: 'SAGA.UNCLASSIFIED' });

    const one = await find('correlationId=list-2');
    expect(one.items.map(({ id }) => id)).toEqual([ids[1]]);
    expect((await find('errorCode=SAGA.UNCLASSIFIED')).items.map(({ id }) => id)).toContain(ids[1]);
    expect((await find('errorCode=NONE')).items).toEqual([]);
    expect((await find('stuckForSeconds=0')).items.map(({ id }) => id)).toContain(ids[1]);
    expect((await find('stuckForSeconds=3600')).items).toEqual([]);
    expect((await find('status=completed&step=finish')).items).toEqual([]);
    expect((await find('definition=nothing')).items).toEqual([]);
  });

  it('says when one has ended, and when one that waits goes on by itself', async () => {
    const find = async (key: string) => {
      const { body } = await admin.http.get<Page>(`/v1/admin/sagas?correlationId=${key}`);
      return body.items[0]!;
    };
    const ended = await admin.until(await admin.start('list-ended'), 'completed');
    expect(await find('list-ended')).toMatchObject({
      ...{ id: ended.id, status: 'completed', currentStep: null, nextWakeAt: null },
      finishedAt: ended.updatedAt,
    });

    const waiting = await admin.until(await admin.start('list-waiting', 'review'), 'waiting');
    expect(waiting.deadlineAt).toEqual(expect.stringMatching(/Z$/));
    expect(await find('list-waiting')).toMatchObject({
      ...{ id: waiting.id, status: 'waiting', currentStep: 'review', finishedAt: null },
      nextWakeAt: waiting.deadlineAt,
    });
  });

  it('refuses filters that it does not have, and cursors that are not its own', async () => {
    for (const query of ['status=stuck', 'version=0', 'stuckForSeconds=-1', 'colour=red', 'cursor=abc']) {
      const { status, body } = await admin.http.get<Body>(`/v1/admin/sagas?${query}`);
      const pointers = (body.errors as Body[]).map(({ pointer }) => pointer);
      expect([status, pointers]).toEqual([400, [`/${query.split('=')[0]!}`]]);
    }
  });
});

describe('The journal of a saga', () => {
  it('tells every entry, oldest first, numbered, page by page', async () => {
    const id = await admin.stuckRefund('journal');
    const path = `/v1/admin/sagas/${id}/journal`;
    const { body } = await admin.http.get<Page>(path);
    expect(body.nextCursor).toBeNull();
    expect(body.items.map(({ number }) => number)).toEqual(body.items.map((_, index) => index + 1));
    expect(body.items[0]).toMatchObject({ kind: 'started', epoch: 1, correlationId: 'journal' });
    expect(body.items.at(-1)).toMatchObject({ kind: 'parked', unit: { role: 'compensation', name: 'pay' } });

    const pages: Body[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const query: string = cursor === '' ? '?limit=3' : `?limit=3&cursor=${cursor}`;
      const next = (await admin.http.get<Page>(path + query)).body;
      pages.push(...next.items);
      cursor = next.nextCursor;
    }
    expect(pages).toEqual(body.items);
  });
});

describe('The saga definitions', () => {
  it('are shown with their steps and a diagram', async () => {
    const { status, body } = await admin.http.get<Body>('/v1/admin/saga-definitions/lab/versions/1');
    expect(status).toBe(200);
    expect(body).toMatchObject({ name: 'lab', version: 1, state: 'active', share: 100 });
    expect((body.steps as Body[])[1]).toMatchObject({
      name: 'pay',
      phase: 'compensatable',
      kind: 'external',
      compensation: { command: 'lab.refund.v1', input: { reference: '$.action.reference' } },
    });
    expect(body.diagram).toMatch(/^flowchart TD\n/);
    const { body: other } = await admin.http.get<Body>('/v1/admin/saga-definitions/labelled/versions/1');
    const shown = (other.steps as Body[]).map((step) => [step.name, step.parameters]);
    expect(shown).toContainEqual(['ship', parameters]);
    expect(shown).toContainEqual(['pay', {}]);
    const missing = await admin.http.get<Body>('/v1/admin/saga-definitions/lab/versions/9');
    expect([missing.status, missing.body.code]).toEqual([404, 'SAGA.DEFINITION_NOT_FOUND']);
  });
});
