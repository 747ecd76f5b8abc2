import { randomUUID } from 'node:crypto';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { DefinitionRegistry } from '../../src/saga/definition/index.js';
import { JournalCheck } from '../../src/saga/engine/journal-check.js';
import { lab, labWithoutNote } from '../support/lab/definition.js';
import { review, startAdminApp, type AdminApp } from './saga-admin-app.js';

type Body = Record<string, unknown>;

/** What is decided is told in another way then; the wait is the same. */
const laterReview = { ...review, version: 2, deadlineMs: 3_600_000 };
const definitions = [lab, labWithoutNote, review, laterReview];

let admin: AdminApp;
beforeAll(async () => {
  admin = await startAdminApp(definitions);
});
afterAll(() => admin.close());

const move = (id: string, toVersion: unknown, body: Body = {}, headers: Record<string, string> = {}) =>
  admin.supervisor.post<Body>(
    `/v1/admin/sagas/${id}/move`,
    { toVersion, reason: 'mended', ...body },
    { headers },
  );
const read = async (id: string) => (await admin.http.get<Body>(`/v1/admin/sagas/${id}`)).body;
const audit = async (id: string) =>
  (await admin.http.get<{ items: Body[] }>(`/v1/admin/audit?sagaId=${id}`)).body.items;
const journal = async (id: string) =>
  (await admin.http.get<{ items: Body[] }>(`/v1/admin/sagas/${id}/journal`)).body.items;
const effects = async (key: string) => {
  const rows: { what: string }[] = await admin.dataSource.query(
    `SELECT what FROM lab.effect WHERE key = $1 ORDER BY id`,
    [key],
  );
  return rows.map(({ what }) => what.replace(/^lab\.|\.v1$/g, ''));
};
const journalFaults = (id: string) =>
  new JournalCheck(new UnitOfWork(admin.dataSource), new DefinitionRegistry(definitions)).check([id]);

/** Before anything is noted: both versions are equal so far. */
async function stuckAtPay(key: string): Promise<string> {
  admin.script.next('lab.pay.v1', key, 'unavailable', 'unavailable', 'unavailable');
  const id = await admin.start(key);
  await admin.until(id, 'parked');
  return id;
} // prettier-ignore

describe('A supervisor who moves a saga to another version', () => {
  it('is told first what would follow, and nothing happens', async () => {
    const id = await stuckAtPay('dry');
    const before = await read(id);
    const { status, body } = await move(id, 2, { dryRun: true });
    expect([status, body.dryRun, body.version]).toEqual([200, true, 1]);
    expect(body.consequences).toEqual(['goes on under version 2, not 1', 'goes on where it stood']);
    expect(await read(id)).toEqual(before);
    expect(await audit(id)).toEqual([]);
  });

  it('lets it go on under that version: entry, row and audit are one commit, and its way is the new one', async () => {
    const id = await stuckAtPay('moved');
    const { revision } = await read(id);
    const headers = { 'if-match': `"${String(revision)}"`, 'idempotency-key': randomUUID() };
    const { status, body, headers: answered } = await move(id, 2, {}, headers);
    expect([status, body.version, body.status, body.currentStep]).toEqual([200, 2, 'parked', 'pay']);
    expect(answered.get('etag')).toBe(`"${String(body.revision)}"`);
    expect((await journal(id)).at(-1)).toMatchObject({
      kind: 'moved', from: 1, to: 2, by: 'demo-supervisor', reason: 'mended',
    }); // prettier-ignore
    const [row] = await admin.dataSource.query<Body[]>(
      `SELECT version, owner, assigned_by FROM saga.instance WHERE id = $1`,
      [id],
    );
    // Nobody's share any more: a guard does not count it for either version.
    expect(row).toEqual({ version: 2, owner: null, assigned_by: null });
    expect(await audit(id)).toMatchObject([
      {
        action: 'saga.move',
        actor: 'demo-supervisor',
        before: { version: 1 },
        after: { version: 2, status: 'parked' },
      },
    ]);
    expect((await move(id, 2, {}, headers)).headers.get('idempotency-replayed')).toBe('true');
    expect((await move(id, 2)).body.code).toBe('SAGA.SAME_VERSION');

    expect((await admin.act(id, 'retry')).status).toBe(200);
    await admin.until(id, 'completed');
    expect(await effects('moved')).toEqual(['hold', 'pay', 'ship', 'finish']);
    expect(await journalFaults(id)).toEqual([]);
  });

  it('can take it back while both are equal', async () => {
    const id = await stuckAtPay('back');
    expect((await move(id, 2)).status).toBe(200);
    expect((await move(id, 1)).body.version).toBe(1);
    await admin.act(id, 'retry');
    await admin.until(id, 'completed');
    expect(await effects('back')).toEqual(['hold', 'pay', 'note', 'ship', 'finish']);
    expect(await journalFaults(id)).toEqual([]);
  });

  it('is refused where they have parted, by the name of the first step that differs', async () => {
    const id = await admin.stuckAtTheEnd('parted');
    const before = await read(id);
    for (const dryRun of [true, false]) {
      const { status, body } = await move(id, 2, { dryRun });
      expect([status, body.code]).toEqual([409, 'SAGA.DIVERGED']);
      expect(body.detail).toBe('The saga cannot go on under version 2: v2 has no step "note".');
      expect(body.details).toEqual({
        status: 'parked', currentStep: 'finish', revision: before.revision, version: 1, step: 'note',
      }); // prettier-ignore
    }
    expect(await read(id)).toEqual(before);
    expect(await audit(id)).toEqual([]);
  });

  it('is refused while a call is under way, and what has ended stays what it was', async () => {
    const gate = admin.script.hold('lab.pay.v1', 'calling', 'before its answer');
    const id = await admin.start('calling');
    await gate.arrived;
    expect((await move(id, 2)).body.code).toBe('SAGA.UNDER_WAY');
    gate.release();
    await admin.until(id, 'completed');
    expect((await move(id, 2)).body.code).toBe('SAGA.ENDED');
    expect((await read(id)).version).toBe(1);
  });

  it('changes nothing with a stale revision, an unknown version, or without the right', async () => {
    const id = await stuckAtPay('untouched');
    const before = await read(id);
    expect((await move(id, 2, {}, { 'if-match': '"1"' })).status).toBe(412);
    const unknown = await move(id, 9);
    expect([unknown.status, unknown.body.code]).toEqual([409, 'SAGA.DEFINITION_UNKNOWN']);
    for (const wrong of [0, 1.5, '2', null]) expect((await move(id, wrong)).status).toBe(400);
    expect((await admin.act(id, 'move')).status).toBe(403);
    expect((await move(randomUUID(), 2)).body.code).toBe('SAGA.NOT_FOUND');
    expect(await read(id)).toEqual(before);
  });

  it('moves one that waits: its wait goes on, and its event ends it under the new version', async () => {
    const id = await admin.start('waits', 'review');
    const { waitingFor } = await admin.until(id, 'waiting');
    expect((await move(id, 2)).body).toMatchObject({ version: 2, status: 'waiting', waitingFor });
    const skipped = await admin.supervisor.post(`/v1/admin/sagas/${id}/skip`, {
      reason: 'x',
      result: { by: 'ann' },
    });
    expect(skipped.status).toBe(200);
    expect(await admin.until(id, 'completed')).toMatchObject({ version: 2 });
    expect(await journalFaults(id)).toEqual([]);
  });
});
