import { randomUUID } from 'node:crypto';
import type { OpenAPIObject } from '@nestjs/swagger';
import { z } from 'zod';
import { documentFaults } from '../../src/platform/http/openapi/document-faults.js';
import { message } from '../../src/platform/messaging/message.js';
import { defineSaga } from '../../src/saga/definition/index.js';
import { eventually } from '../support/eventually.js';
import { lab } from '../support/lab/definition.js';
import { Finish, Finished } from '../support/lab/messages.js';
import { startAdminApp, type AdminApp } from './saga-admin-app.js';

class Reviewed extends message('lab.reviewed.v1', z.object({ by: z.string() })) {}

/** Waits for a person first. */
const review = defineSaga('review', 1, z.object({ key: z.string() }))
  .step('review', (s) =>
    s
      .wait({
        accepts: Reviewed,
        rejects: [],
        deadlineMs: 60_000,
        onDeadline: { code: 'LAB.TOO_SLOW', message: 'Nobody looked.' },
      })
      .noCompensation('it only decides'),
  )
  .retriable('finish', (s) =>
    s
      .local()
      .action(Finish, ({ input }) => input)
      .succeeds(Finished),
  )
  .build();

type Body = Record<string, unknown>;
interface Page {
  items: Body[];
  nextCursor: string | null;
}

let admin: AdminApp;
beforeAll(async () => {
  admin = await startAdminApp([lab, review]);
});
afterAll(() => admin.close());

const act = (id: string, action: string, headers: Record<string, string> = {}) =>
  admin.http.post<Body>(`/v1/admin/sagas/${id}/${action}`, { reason: 'mended' }, { headers });

/** A saga that is parked at a step behind the pivot. */
async function stuckAtTheEnd(key: string): Promise<string> {
  admin.script.next('lab.finish.v1', key, 'throw', 'throw', 'throw');
  const id = await admin.start(key);
  await admin.until(id, 'parked');
  return id;
}

/** A saga that turned back, and whose refund is parked. */
async function stuckRefund(key: string): Promise<string> {
  admin.script.next('lab.ship.v1', key, 'reject');
  admin.script.next('lab.refund.v1', key, 'unavailable', 'unavailable', 'unavailable');
  const id = await admin.start(key);
  await admin.until(id, 'parked');
  return id;
}

describe('The detail of a saga', () => {
  it('shows every step of a saga that is done, with what went in and came out', async () => {
    const id = await admin.start('done');
    const saga = await admin.until(id, 'completed');
    expect(Object.keys(saga).sort()).toEqual(
      [
        ...['id', 'definition', 'version', 'correlationId', 'status', 'currentStep', 'steps', 'cause'],
        ...[
          'compensationErrors',
          'nextAttemptAt',
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
      ...{ error: null, progress: null, compensation: null },
      startedAt: expect.stringMatching(/Z$/) as unknown,
      finishedAt: expect.stringMatching(/Z$/) as unknown,
    });
  });

  it('says which step failed and how, and what could not be undone', async () => {
    const id = await stuckRefund('refund-stuck');
    const { headers, body } = await admin.http.get<Body>(`/v1/admin/sagas/${id}`);
    expect(headers.get('etag')).toBe(`"${String(body.revision)}"`);
    expect(body.cause).toEqual({
      ...{ step: 'ship', index: 3, code: 'LAB.REFUSED', type: 'Rejection', message: 'The outside says no.' },
      stack: expect.stringContaining('Rejection') as unknown,
    });
    expect(body.compensationErrors).toEqual([
      {
        ...{ step: 'pay', index: 1, code: 'LAB.UNAVAILABLE', type: 'RetryableError' },
        ...{ message: 'The outside is down.', stack: expect.any(String) as unknown },
      },
    ]);
    const [hold, pay, note, ship, finish] = body.steps as Body[];
    expect(hold).toMatchObject({ status: 'succeeded', compensation: { status: 'succeeded', attempts: 1 } });
    expect(note).toMatchObject({ compensation: { status: 'succeeded', result: { key: 'refund-stuck' } } });
    expect(pay).toMatchObject({ compensation: { status: 'parked', attempts: 3, finishedAt: null } });
    expect(ship).toMatchObject({ status: 'rejected', error: { code: 'LAB.REFUSED' }, compensation: null });
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
    });
  });

  it('says what holds up a saga that has not turned back', async () => {
    const id = await stuckAtTheEnd('late');
    const { body } = await admin.http.get<Body>(`/v1/admin/sagas/${id}`);
    expect(body.cause).toMatchObject({ step: 'finish', index: 4, code: 'SAGA.UNCLASSIFIED', type: 'Error' });
    expect((body.steps as Body[])[4]).toMatchObject({ status: 'parked', attempts: 3 });
  });

  it('shows until when it waits, and the progress of a step', async () => {
    const waiting = await admin.start('waits', 'review');
    const saga = await admin.until(waiting, 'waiting');
    expect((saga.steps as Body[])[0]).toMatchObject({ kind: 'wait', status: 'waiting', finishedAt: null });
    expect(Date.parse(saga.deadlineAt as string)).toBeGreaterThan(Date.now());

    const id = await stuckAtTheEnd('reporting');
    admin.heartbeats.report(id, { role: 'action', name: 'finish' }, 1, { percent: 40 });
    await eventually(async () => {
      const { steps } = await admin.reader.one(id);
      expect(steps[4]).toMatchObject({ name: 'finish', progress: { percent: 40 } });
    });
  });

  it('shows the steps that were reached when the build does not know the definition', async () => {
    const id = await stuckAtTheEnd('foreign');
    await admin.dataSource.query(`UPDATE saga.instance SET version = 77 WHERE id = $1`, [id]);
    const { status, body } = await admin.http.get<Body>(`/v1/admin/sagas/${id}`);
    expect(status).toBe(200);
    expect((body.steps as Body[]).map(({ name, kind }) => [name, kind]).at(-1)).toEqual(['finish', null]);
    expect((await admin.http.get<Page>('/v1/admin/sagas?version=77')).body.items).toHaveLength(1);
    const refused = await act(id, 'retry');
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
    expect((await act(randomUUID(), 'retry')).status).toBe(404);
    expect((await admin.http.get('/v1/admin/sagas/one')).status).toBe(400);
    expect((await admin.http.as('demo-client').get(path)).status).toBe(403);
    expect((await admin.http.as('demo-supervisor').get(path)).status).toBe(404);
  });
});

describe('The list of sagas', () => {
  it('finds what is asked for, newest first, page by page', async () => {
    const ids = [await stuckAtTheEnd('list-1'), await stuckAtTheEnd('list-2'), await stuckAtTheEnd('list-3')];
    const find = async (query: string) => (await admin.http.get<Page>(`/v1/admin/sagas?${query}`)).body;
    const first = await find('status=parked&step=finish&definition=lab&version=1&limit=2');
    expect(first.items.map(({ id }) => id)).toEqual([ids[2], ids[1]]);
    await stuckAtTheEnd('list-4');
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
    const id = await stuckRefund('journal');
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

describe('An operator', () => {
  it('retries a parked step, once for one key, and the audit tells of it', async () => {
    const id = await stuckAtTheEnd('retried');
    const { body: stuck } = await admin.http.get<Body>(`/v1/admin/sagas/${id}`);
    const headers = { 'if-match': `"${String(stuck.revision)}"`, 'idempotency-key': randomUUID() };
    const { status, body, headers: answered } = await act(id, 'retry', headers);
    expect([status, body.status, body.revision]).toEqual([200, 'running', Number(stuck.revision) + 1]);
    expect(answered.get('etag')).toBe(`"${String(body.revision)}"`);
    expect((await act(id, 'retry', headers)).headers.get('idempotency-replayed')).toBe('true');
    await admin.until(id, 'completed');

    const { body: audit } = await admin.http.get<Page>(`/v1/admin/audit?sagaId=${id}`);
    expect(audit.items).toEqual([
      {
        ...{ id: expect.any(String) as unknown, at: expect.stringMatching(/Z$/) as unknown },
        ...{ actor: 'demo-operator', role: 'operator', action: 'saga.retry', sagaId: id, reason: 'mended' },
        before: { status: 'parked', currentStep: 'finish', revision: stuck.revision },
        after: { status: 'running', currentStep: 'finish', revision: body.revision },
      },
    ]);
    const { body: journal } = await admin.http.get<Page>(`/v1/admin/sagas/${id}/journal`);
    expect(journal.items.find(({ kind }) => kind === 'retried')).toMatchObject({
      by: 'demo-operator',
      reason: 'mended',
    });
  });

  it('frees a refund that kept failing', async () => {
    const id = await stuckRefund('refunded');
    expect((await act(id, 'retry')).body.status).toBe('compensating');
    const saga = await admin.until(id, 'compensated');
    expect(saga.compensationErrors).toEqual([]);
    expect((saga.steps as Body[])[1]).toMatchObject({ compensation: { status: 'succeeded' } });
  });

  it('is told 412 when the saga has moved on, and 409 with its state when there is nothing to retry', async () => {
    const id = await stuckAtTheEnd('stale');
    const stale = await act(id, 'retry', { 'if-match': '"1"' });
    expect([stale.status, stale.body.code]).toEqual([412, 'HTTP.PRECONDITION_FAILED']);
    const { body: audit } = await admin.http.get<Page>(`/v1/admin/audit?sagaId=${id}`);
    expect(audit.items).toEqual([]);

    const done = await admin.start('nothing-to-do');
    const saga = await admin.until(done, 'completed');
    const { status, body } = await act(done, 'retry');
    expect([status, body.code, body.details]).toEqual([
      409,
      'SAGA.ENDED',
      { status: 'completed', currentStep: null, revision: saga.revision },
    ]);
  });

  it('must give a reason', async () => {
    const id = await stuckAtTheEnd('reasonless');
    for (const body of [{}, { reason: ' ' }, { reason: 'x', force: true }]) {
      expect((await admin.http.post(`/v1/admin/sagas/${id}/retry`, body)).status).toBe(400);
    }
  });

  it('pauses a saga and resumes it', async () => {
    const id = await stuckAtTheEnd('paused');
    expect((await act(id, 'pause')).body.status).toBe('paused');
    expect((await act(id, 'pause')).status).toBe(409);
    expect((await act(id, 'retry')).body.status).toBe('paused');
    expect((await act(id, 'resume')).body.status).toBe('running');
    await admin.until(id, 'completed');
    expect((await act(id, 'resume')).status).toBe(409);
  });

  it('turns a saga back before its pivot, and not after it', async () => {
    admin.script.next('lab.note.v1', 'turned', 'throw', 'throw', 'throw');
    const id = await admin.start('turned');
    await admin.until(id, 'parked');
    const { status, body } = await act(id, 'compensate');
    expect([status, body.status]).toEqual([200, 'compensating']);
    const saga = await admin.until(id, 'compensated');
    expect(saga.cause).toMatchObject({
      step: 'note',
      code: 'SAGA.COMPENSATED_BY_OPERATOR',
      message: 'mended',
    });
    expect((await act(id, 'compensate')).body.code).toBe('SAGA.ENDED');

    const late = await stuckAtTheEnd('too-late');
    const refused = await act(late, 'compensate');
    expect([refused.status, refused.body.code]).toEqual([409, 'SAGA.TOO_LATE']);
    expect(refused.body.details).toMatchObject({ status: 'parked', currentStep: 'finish' });

    const back = await stuckRefund('back-already');
    expect((await act(back, 'compensate')).body.code).toBe('SAGA.TURNED_BACK');
  });

  it('cannot change the audit', async () => {
    await expect(admin.dataSource.query(`DELETE FROM saga.audit`)).rejects.toThrow('append-only');
    await expect(admin.dataSource.query(`UPDATE saga.audit SET actor = 'nobody'`)).rejects.toThrow(
      'append-only',
    );
  });
});

describe('The documentation', () => {
  it('leaves nothing about these operations unsaid', async () => {
    const { body } = await admin.http.get<OpenAPIObject>('/docs-json');
    expect(documentFaults(body).filter((fault) => fault.includes('/v1/admin/'))).toEqual([]);
    const retry = body.paths['/v1/admin/sagas/{id}/retry']?.post;
    expect(Object.keys(retry?.responses ?? {})).toEqual(
      expect.arrayContaining(['200', '400', '401', '403', '404', '409', '412', '422']),
    );
    const headers = (retry?.parameters as { name: string; in: string }[]).filter(
      (one) => one.in === 'header',
    );
    expect(headers.map(({ name }) => name).sort()).toEqual(['Idempotency-Key', 'If-Match']);
    expect(retry?.requestBody).toMatchObject({
      content: { 'application/json': { schema: { example: { reason: expect.any(String) as unknown } } } },
    });
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
    const missing = await admin.http.get<Body>('/v1/admin/saga-definitions/lab/versions/9');
    expect([missing.status, missing.body.code]).toEqual([404, 'SAGA.DEFINITION_NOT_FOUND']);
  });
});
