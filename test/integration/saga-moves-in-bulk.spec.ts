import { randomUUID } from 'node:crypto';
import { lab, labWithoutNote } from '../support/lab/definition.js';
import { review, startAdminApp, type AdminApp } from './saga-admin-app.js';

type Body = Record<string, unknown>;
interface Moved {
  readonly dryRun: boolean;
  readonly moved: number;
  readonly refused: number;
  readonly items: Body[];
  readonly next: string | null;
  readonly code?: string;
}

const path = '/v1/admin/saga-definitions/lab/move';

describe('A supervisor who moves the sagas of a version', () => {
  let admin: AdminApp;
  /** Stuck in this order: at `pay`, where both versions are equal, or at `finish`, where they have parted. */
  const ids: string[] = [];

  const stuckAtPay = async (key: string): Promise<string> => {
    admin.script.next('lab.pay.v1', key, 'unavailable', 'unavailable', 'unavailable');
    const id = await admin.start(key);
    await admin.until(id, 'parked');
    return id;
  };
  const move = async (body: Body, headers: Record<string, string> = {}) =>
    admin.supervisor.post<Moved>(path, { from: 1, to: 2, reason: 'v2 notes nothing', ...body }, { headers });
  const versions = async () => {
    const rows: { id: string; version: number }[] = await admin.dataSource.query(
      `SELECT id, version FROM saga.live_instance WHERE definition = 'lab' ORDER BY id`,
    );
    return rows.map(({ version }) => version);
  };
  const audited = async () =>
    (await admin.http.get<{ items: Body[] }>('/v1/admin/audit?action=saga.move')).body.items;

  beforeAll(async () => {
    admin = await startAdminApp([lab, labWithoutNote, review, { ...review, version: 2 }]);
    ids.push(await stuckAtPay('bulk-1'));
    ids.push(await admin.stuckAtTheEnd('bulk-2'));
    ids.push(await stuckAtPay('bulk-3'));
    ids.push(await admin.stuckAtTheEnd('bulk-4'));
    ids.push(await stuckAtPay('bulk-5'));
    await admin.until(await admin.start('bulk-other', 'review'), 'waiting');
  }, 60_000);
  afterAll(() => admin.close());

  it('is told first of each what would become of it, and nothing happens', async () => {
    const { status, body } = await move({ dryRun: true });
    expect(status).toBe(200);
    expect(body).toMatchObject({ dryRun: true, moved: 3, refused: 2, next: null });
    expect(body.items.map(({ sagaId, outcome }) => [sagaId, outcome])).toEqual([
      [ids[0], 'moved'],
      [ids[1], 'refused'],
      [ids[2], 'moved'],
      [ids[3], 'refused'],
      [ids[4], 'moved'],
    ]);
    expect(body.items[1]).toEqual({
      sagaId: ids[1],
      correlationId: 'bulk-2',
      outcome: 'refused',
      code: 'SAGA.DIVERGED',
      step: 'note',
      reason: 'v2 has no step "note"',
    });
    expect(await versions()).toEqual([1, 1, 1, 1, 1]);
    expect(await audited()).toEqual([]);
  });

  it('moves some at a time, and goes on where it left off, past those that stay', async () => {
    const headers = { 'idempotency-key': randomUUID() };
    const first = await move({ limit: 2 }, headers);
    expect(first.body).toMatchObject({ moved: 1, refused: 1, next: ids[1] });
    const again = await move({ limit: 2 }, headers);
    expect([again.headers.get('idempotency-replayed'), again.body]).toEqual(['true', first.body]);
    expect(await versions()).toEqual([2, 1, 1, 1, 1]);

    const second = await move({ limit: 2, after: first.body.next });
    expect(second.body).toMatchObject({ moved: 1, refused: 1, next: ids[3] });
    const third = await move({ limit: 2, after: second.body.next });
    expect(third.body).toMatchObject({ moved: 1, refused: 0, next: null });
    expect(await versions()).toEqual([2, 1, 2, 1, 2]);
    // From the start again: only those that stayed are left to look at.
    expect((await move({})).body).toMatchObject({ moved: 0, refused: 2, next: null });

    const entries = await audited();
    expect(entries.map(({ sagaId }) => sagaId).sort()).toEqual([ids[0], ids[2], ids[4]].sort());
    expect(entries[0]).toMatchObject({
      reason: 'v2 notes nothing',
      before: { version: 1 },
      after: { version: 2 },
    });
  });

  it('lets all of them go on, each in the way of its version', async () => {
    for (const id of ids) expect((await admin.act(id, 'retry')).status).toBe(200);
    for (const id of ids) await admin.until(id, 'completed');
    expect((await move({})).body).toMatchObject({ moved: 0, refused: 0, items: [] });
  });

  it('is refused what makes no sense, and an operator everything', async () => {
    const code = async (body: Body) => {
      const answer = await move(body);
      return [answer.status, answer.body.code];
    };
    expect(await code({ to: 9 })).toEqual([409, 'SAGA.DEFINITION_UNKNOWN']);
    expect(await code({ from: 9 })).toEqual([409, 'SAGA.DEFINITION_UNKNOWN']);
    expect(await code({ to: 1 })).toEqual([409, 'SAGA.SAME_VERSION']);
    for (const wrong of [{ limit: 0 }, { limit: 201 }, { after: 'x' }, { reason: '' }]) {
      expect((await move(wrong)).status).toBe(400);
    }
    const body = { from: 1, to: 2, reason: 'x' };
    const nowhere = await admin.supervisor.post<Moved>('/v1/admin/saga-definitions/nobody/move', body);
    expect([nowhere.status, nowhere.body.code]).toEqual([404, 'SAGA.DEFINITION_NOT_FOUND']);
    expect((await admin.http.post(path, body)).status).toBe(403);
  });
});
