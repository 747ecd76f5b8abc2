import { randomUUID } from 'node:crypto';
import type { OpenAPIObject } from '@nestjs/swagger';
import { documentFaults } from '../../src/platform/http/openapi/document-faults.js';
import { lab } from '../support/lab/definition.js';
import { review, startAdminApp, type AdminApp } from './saga-admin-app.js';

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

describe('An operator', () => {
  it('retries a parked step, once for one key, and the audit tells of it', async () => {
    const id = await admin.stuckAtTheEnd('retried');
    const { body: stuck } = await admin.http.get<Body>(`/v1/admin/sagas/${id}`);
    const headers = { 'if-match': `"${String(stuck.revision)}"`, 'idempotency-key': randomUUID() };
    const { status, body, headers: answered } = await admin.act(id, 'retry', headers);
    expect([status, body.status, body.revision]).toEqual([200, 'running', Number(stuck.revision) + 1]);
    expect(answered.get('etag')).toBe(`"${String(body.revision)}"`);
    expect((await admin.act(id, 'retry', headers)).headers.get('idempotency-replayed')).toBe('true');
    await admin.until(id, 'completed');

    const { body: audit } = await admin.http.get<Page>(`/v1/admin/audit?sagaId=${id}`);
    expect(audit.items).toEqual([
      {
        ...{ id: expect.any(String) as unknown, at: expect.stringMatching(/Z$/) as unknown },
        ...{ actor: 'demo-operator', role: 'operator', action: 'saga.retry', sagaId: id, reason: 'mended' },
        before: { status: 'parked', currentStep: 'finish', revision: stuck.revision },
        after: { status: 'running', currentStep: 'finish', revision: body.revision },
        ...{ jobId: null, approvalId: null },
      },
    ]);
    const { body: journal } = await admin.http.get<Page>(`/v1/admin/sagas/${id}/journal`);
    expect(journal.items.find(({ kind }) => kind === 'retried')).toMatchObject({
      by: 'demo-operator',
      reason: 'mended',
    });
  });

  it('frees a refund that kept failing', async () => {
    const id = await admin.stuckRefund('refunded');
    expect((await admin.act(id, 'retry')).body.status).toBe('compensating');
    const saga = await admin.until(id, 'compensated');
    expect(saga.compensationErrors).toEqual([]);
    expect((saga.steps as Body[])[1]).toMatchObject({ compensation: { status: 'succeeded' } });
  });

  it('is told 412 when the saga has moved on, and 409 with its state when there is nothing to retry', async () => {
    const id = await admin.stuckAtTheEnd('stale');
    const stale = await admin.act(id, 'retry', { 'if-match': '"1"' });
    expect([stale.status, stale.body.code]).toEqual([412, 'HTTP.PRECONDITION_FAILED']);
    const { body: audit } = await admin.http.get<Page>(`/v1/admin/audit?sagaId=${id}`);
    expect(audit.items).toEqual([]);

    const done = await admin.start('nothing-to-do');
    const saga = await admin.until(done, 'completed');
    const { status, body } = await admin.act(done, 'retry');
    expect([status, body.code, body.details]).toEqual([
      409,
      'SAGA.ENDED',
      { status: 'completed', currentStep: null, revision: saga.revision },
    ]);
  });

  it('must give a reason', async () => {
    const id = await admin.stuckAtTheEnd('reasonless');
    for (const body of [{}, { reason: ' ' }, { reason: 'x', force: true }]) {
      expect((await admin.http.post(`/v1/admin/sagas/${id}/retry`, body)).status).toBe(400);
    }
  });

  it('pauses a saga and resumes it', async () => {
    const id = await admin.stuckAtTheEnd('paused');
    expect((await admin.act(id, 'pause')).body.status).toBe('paused');
    expect((await admin.act(id, 'pause')).status).toBe(409);
    expect((await admin.act(id, 'retry')).body.status).toBe('paused');
    expect((await admin.act(id, 'resume')).body.status).toBe('running');
    await admin.until(id, 'completed');
    expect((await admin.act(id, 'resume')).status).toBe(409);
  });

  it('turns a saga back before its pivot, and not after it', async () => {
    admin.script.next('lab.note.v1', 'turned', 'throw', 'throw', 'throw');
    const id = await admin.start('turned');
    await admin.until(id, 'parked');
    const { status, body } = await admin.act(id, 'compensate');
    expect([status, body.status]).toEqual([200, 'compensating']);
    const saga = await admin.until(id, 'compensated');
    expect(saga.cause).toMatchObject({
      step: 'note',
      code: 'SAGA.COMPENSATED_BY_OPERATOR',
      message: 'mended',
    });
    expect((await admin.act(id, 'compensate')).body.code).toBe('SAGA.ENDED');

    const late = await admin.stuckAtTheEnd('too-late');
    const refused = await admin.act(late, 'compensate');
    expect([refused.status, refused.body.code]).toEqual([409, 'SAGA.TOO_LATE']);
    expect(refused.body.details).toMatchObject({ status: 'parked', currentStep: 'finish' });

    const back = await admin.stuckRefund('back-already');
    expect((await admin.act(back, 'compensate')).body.code).toBe('SAGA.TURNED_BACK');
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
