import { Client } from 'pg';
import { AuditSealer } from '../../src/saga/admin/audit-sealer.js';
import { startAdminApp, type AdminApp } from './saga-admin-app.js';

interface Report {
  readonly intact: boolean;
  readonly sealed: number;
  readonly unsealed: number;
  readonly end: { readonly sequence: number; readonly hash: string } | null;
  readonly fault: {
    readonly kind: string;
    readonly sequence: number | null;
    readonly entryId: string;
  } | null;
}

let admin: AdminApp;
let sealer: AuditSealer;

beforeEach(async () => {
  admin = await startAdminApp();
  sealer = admin.get(AuditSealer);
  // The test decides when entries are sealed.
  await sealer.beforeApplicationShutdown();
});
afterEach(() => admin.close());

const verify = async () => (await admin.http.get<Report>('/v1/admin/audit/verify')).body;

/** Entries as actions write them; answers their ids, in this order. */
async function act(count: number): Promise<string[]> {
  const rows = await admin.dataSource.query<{ id: string }[]>(
    `INSERT INTO saga.audit (id, actor, role, action, saga_id, reason, before, after)
     SELECT gen_random_uuid(), 'ann', 'operator', 'saga.retry', gen_random_uuid(), 'why ' || n,
            '{"status": "parked", "revision": 1}', NULL
       FROM generate_series(1, $1::int) AS n RETURNING id`,
    [count],
  );
  return rows.map(({ id }) => id);
}

/** As somebody who may do everything to the database. */
async function tamper(...statements: readonly string[]): Promise<void> {
  const session = admin.dataSource.createQueryRunner();
  await session.startTransaction();
  await session.query(`SET LOCAL session_replication_role = replica`);
  for (const text of statements) await session.query(text);
  await session.commitTransaction();
  await session.release();
}

describe('The hash chain of the audit', () => {
  it('seals what operators did, counts what is younger, and is intact', async () => {
    const saga = await admin.stuckAtTheEnd('sealed');
    await admin.act(saga, 'retry');
    expect(await verify()).toMatchObject({ intact: true, sealed: 0, unsealed: 1, end: null });
    await sealer.seal();
    await admin.until(saga, 'completed');
    await act(1);
    const report = await verify();
    expect(report).toMatchObject({ intact: true, sealed: 1, unsealed: 1, fault: null, end: { sequence: 1 } });
  });

  it('leaves no entry behind that commits after one with a later id was sealed', async () => {
    const { url } = admin;
    const late = new Client({ connectionString: url });
    await late.connect();
    try {
      await late.query('BEGIN');
      await late.query(
        `INSERT INTO saga.audit (id, actor, role, action, reason)
         VALUES ('00000000-0000-7000-8000-000000000001', 'ann', 'operator', 'saga.retry', 'slow')`,
      );
      await act(3);
      await sealer.seal();
      expect(await verify()).toMatchObject({ intact: true, sealed: 3, unsealed: 0 });
      await late.query('COMMIT');
      expect(await verify()).toMatchObject({ intact: true, sealed: 3, unsealed: 1 });
      await sealer.seal();
      expect(await verify()).toMatchObject({ intact: true, sealed: 4, unsealed: 0 });
    } finally {
      await late.end();
    }
  });

  it('seals in one process at a time, and actions never wait for it', async () => {
    await act(2);
    const holder = new Client({ connectionString: admin.url });
    await holder.connect();
    try {
      await holder.query('BEGIN');
      await holder.query('SELECT FROM saga.audit_chain FOR UPDATE');
      await sealer.seal();
      await act(1);
      expect(await verify()).toMatchObject({ sealed: 0, unsealed: 3 });
      await holder.query('COMMIT');
      await Promise.all([sealer.seal(), sealer.seal(), sealer.seal()]);
      expect(await verify()).toMatchObject({ intact: true, sealed: 3, unsealed: 0 });
    } finally {
      await holder.end();
    }
  });

  it('is checked across batches', async () => {
    const entries = await act(2_100);
    // One that ends its process stops between two batches.
    for (let batch = 0; batch < 5; batch++) await sealer.seal();
    expect(await verify()).toMatchObject({ intact: true, sealed: 2_100, end: { sequence: 2_100 } });
    await tamper(`UPDATE saga.audit SET reason = 'other' WHERE id = '${entries[1_500]!}'`);
    expect(await verify()).toMatchObject({ intact: false, sealed: 1_500, fault: { kind: 'changed' } });
  });

  it('refuses changes to entries and seals alike', async () => {
    await act(1);
    await sealer.seal();
    for (const text of [
      `UPDATE saga.audit_seal SET sequence = 9`,
      `DELETE FROM saga.audit_seal`,
      `TRUNCATE saga.audit_seal`,
    ]) {
      await expect(admin.dataSource.query(text)).rejects.toThrow('append-only');
    }
  });

  const second = `(SELECT entry_id FROM saga.audit_seal WHERE sequence = 2)`;
  it.each<[string, string[], string, number | null]>([
    ['a changed reason', [`UPDATE saga.audit SET reason = 'x' WHERE id = ${second}`], 'changed', 2],
    ['another actor', [`UPDATE saga.audit SET actor = 'bob' WHERE id = ${second}`], 'changed', 2],
    [
      'another time',
      [`UPDATE saga.audit SET at = at - interval '1 microsecond' WHERE id = ${second}`],
      'changed',
      2,
    ],
    [
      'another state before',
      [`UPDATE saga.audit SET before = '{"status": "paused", "revision": 1}' WHERE id = ${second}`],
      'changed',
      2,
    ],
    ['a removed entry', [`DELETE FROM saga.audit WHERE id = ${second}`], 'removed', 2],
    [
      'an entry removed with its seal',
      [`DELETE FROM saga.audit WHERE id = ${second}`, `DELETE FROM saga.audit_seal WHERE sequence = 2`],
      'removed',
      2,
    ],
    [
      'the last entry removed with its seal',
      [
        `DELETE FROM saga.audit WHERE id = (SELECT entry_id FROM saga.audit_seal WHERE sequence = 3)`,
        `DELETE FROM saga.audit_seal WHERE sequence = 3`,
      ],
      'removed',
      3,
    ],
    [
      'an entry inserted past the service',
      [
        `INSERT INTO saga.audit (id, actor, role, action, reason)
         VALUES (gen_random_uuid(), 'eve', 'operator', 'saga.retry', 'never happened')`,
      ],
      'inserted',
      null,
    ],
    [
      'an entry removed before it was sealed',
      [`INSERT INTO saga.audit_unsealed (entry_id) VALUES (gen_random_uuid())`],
      'removed',
      null,
    ],
    [
      'a seal put on at the end',
      [
        `INSERT INTO saga.audit_seal (sequence, entry_id, previous_hash, hash)
         SELECT 4, gen_random_uuid(), hash, hash FROM saga.audit_seal WHERE sequence = 3`,
      ],
      'inserted',
      4,
    ],
  ])('tells of %s', async (_, statements, kind, sequence) => {
    await act(3);
    await sealer.seal();
    await tamper(...statements);
    const report = await verify();
    expect(report.intact).toBe(false);
    expect(report.fault).toMatchObject({ kind, sequence });
  });
});
