import { randomUUID } from 'node:crypto';
import type { SagaDefinition } from '../../src/saga/definition/index.js';
import { eventually } from '../support/eventually.js';
import { lab } from '../support/lab/definition.js';
import { review, startAdminApp, type AdminApp } from './saga-admin-app.js';

const hour = 60 * 60 * 1_000;

/** `lab` with a watched payment that is patient: it backs off for an hour. */
const patientPayer: SagaDefinition = {
  ...lab,
  steps: lab.steps.map((step) =>
    step.name === 'pay'
      ? {
          ...step,
          dependency: 'bank',
          retry: { ...step.retry, backoff: { kind: 'fixed' as const, everyMs: hour } },
        }
      : step,
  ),
};

interface Standstill {
  readonly kind: string;
  readonly since: string;
  readonly until: string | null;
  readonly code: string | null;
  readonly reason: string;
}
interface Listed {
  readonly id: string;
  readonly standstill?: Standstill | null;
}

let admin: AdminApp;
beforeAll(async () => {
  admin = await startAdminApp([patientPayer, review]);
});
afterAll(() => admin.close());

async function standstillOf(id: string): Promise<Standstill | null> {
  const { body } = await admin.http.get<{ standstill: Standstill | null }>(`/v1/admin/sagas/${id}`);
  return body.standstill;
}
const stands = (id: string, expected: object) =>
  eventually(async () => {
    const standstill = await standstillOf(id);
    expect(standstill).toMatchObject(expected);
    return standstill!;
  });
const list = async (query: string) =>
  (await admin.http.get<{ items: Listed[] }>(`/v1/admin/sagas?${query}`)).body.items;
const saying = (text: string) => expect.stringContaining(text) as unknown;
const forge = (id: string, change: string, ...values: unknown[]) =>
  admin.dataSource.query(`UPDATE saga.live_instance SET version = 77, ${change} WHERE id = $1`, [
    id,
    ...values,
  ]);

describe('What a saga stands still for', () => {
  it('is told of one that is parked: since when, where, with which code', async () => {
    const id = await admin.stuckAtTheEnd('parked');
    const { since } = await stands(id, { kind: 'parked', until: null, code: 'SAGA.UNCLASSIFIED' });
    const journal = await admin.reader.journal(id, 0, 50);
    expect(since).toBe(journal.at(-1)?.entry.at);
  });

  it('is told of one that is paused: by whom and why', async () => {
    const id = await admin.start('paused', 'review');
    await admin.until(id, 'waiting');
    await admin.act(id, 'pause');
    await stands(id, { kind: 'paused', reason: saying('Paused by demo-operator') });
    await stands(id, { reason: saying('mended') });
  });

  it('is told of one that waits: for what, and until when', async () => {
    const id = await admin.start('waiting', 'review');
    const saga = await admin.until(id, 'waiting');
    await stands(id, {
      ...{ kind: 'waiting', since: saga.createdAt, until: saga.deadlineAt },
      reason: `Waits at review for lab.reviewed.v1 until ${String(saga.deadlineAt)}.`,
    });
  });

  it('is told of one that backs off: until when, after which error', async () => {
    admin.script.next('lab.pay.v1', 'backing-off', 'unavailable');
    const id = await admin.start('backing-off');
    const { until } = await stands(id, {
      ...{ kind: 'backing-off', code: 'LAB.UNAVAILABLE' },
      reason: saying('after LAB.UNAVAILABLE, attempt 1'),
    });
    expect(Date.parse(until!)).toBeGreaterThan(Date.now() + hour / 2);
  });

  it('is told of one that is held: by whose word, and why', async () => {
    const bank = (action: string, reason: string) =>
      admin.http.post(`/v1/admin/dependencies/bank/${action}`, { reason });
    expect((await bank('hold', 'They move house.')).status).toBe(200);
    const id = await admin.start('held');
    await stands(id, {
      ...{ kind: 'held', code: 'SAGA.DEPENDENCY_HELD' },
      reason: expect.stringMatching(
        /^Held at pay: demo-operator holds bank since \S+Z: They move house\.$/,
      ) as unknown,
    });
    await bank('release', 'They are back.');
    await admin.until(id, 'completed');
    expect(await standstillOf(id)).toBeNull();
  });

  it('is told of one that is due and of a version that no worker serves, and of one whose owner is lost', async () => {
    const [due, lost] = [await admin.start('due', 'review'), await admin.start('lost', 'review')];
    await admin.until(due, 'waiting');
    await admin.until(lost, 'waiting');
    await forge(due, 'wake_at = now()');
    await stands(due, {
      kind: 'no-worker',
      reason: saying('none of the 1 workers that live serves review v77'),
    });
    const nobody = randomUUID();
    await forge(lost, 'owner = $2', nobody);
    await stands(lost, {
      kind: 'lease-expired',
      reason: saying(`The lease of its owner ${nobody} has run out: none of the 1 workers`),
    });
  });

  it('is nothing while a worker has it, and its attempt may take so long', async () => {
    const gate = admin.script.hold('lab.ship.v1', 'under-way', 'before its effect');
    const id = await admin.start('under-way');
    await gate.arrived;
    const { body } = await admin.http.get(`/v1/admin/sagas/${id}`);
    expect(body).toMatchObject({ status: 'running', standstill: null, owner: expect.any(String) as unknown });
    gate.release();
    await admin.until(id, 'completed');
  });

  it('is told in the list of those that are stuck, and of no others', async () => {
    const id = await admin.stuckAtTheEnd('listed');
    const stuck = (await list('stuckForSeconds=0')).find((saga) => saga.id === id);
    expect(stuck?.standstill).toEqual(await standstillOf(id));
    const [listed] = await list('correlationId=listed');
    expect(listed).toMatchObject({ id });
    expect(listed).not.toHaveProperty('standstill');
  });
});
