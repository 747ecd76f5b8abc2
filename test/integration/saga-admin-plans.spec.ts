import type { AuditFilter } from '../../src/saga/admin/audit-log.js';
import type { SagaFilter } from '../../src/saga/admin/saga-reader.js';
import { lowestIdAt } from '../../src/platform/time/lowest-id-at.js';
import { countInFlightOf } from '../../src/saga/store/sql/count-in-flight-of.sql.js';
import { countSagasInFlight } from '../../src/saga/store/sql/count-sagas-in-flight.sql.js';
import { findUnknownVersions } from '../../src/saga/store/sql/find-unknown-versions.sql.js';
import { listInFlightOfVersion } from '../../src/saga/store/sql/list-in-flight-of-version.sql.js';
import { observedAtMost, observeVersions } from '../../src/saga/store/sql/observe-versions.sql.js';
import { readJournalEntries } from '../../src/saga/store/sql/read-journal-entries.sql.js';
import { readSaga } from '../../src/saga/store/sql/read-saga.sql.js';
import { readSagasInFlight } from '../../src/saga/store/sql/read-sagas-in-flight.sql.js';
import { readSagasNeedingAttention } from '../../src/saga/store/sql/read-sagas-needing-attention.sql.js';
import { readWorkersAndDue } from '../../src/saga/store/sql/read-workers-and-due.sql.js';
import { startAdminApp, type AdminApp } from './saga-admin-app.js';

const many = 50_000;

let admin: AdminApp;
beforeAll(async () => {
  admin = await startAdminApp();
  // Years of sagas, nearly all of them done; a few hundred in flight, old ones and new ones, some of them parked.
  await admin.dataSource.query(`
    INSERT INTO saga.instance (id, definition, version, correlation_id, status, current_step, revision, length,
                               failed_step, error_code, attention_since, created_at, updated_at, finished_at)
    SELECT (lpad(to_hex(1700000000000 + n * 3000000::bigint), 12, '0') || '70008' || substr(md5(n::text), 1, 15))::uuid,
           'old', CASE WHEN n < 500 THEN 1 ELSE 2 END, 'order-' || n, s.status, s.step, 5, 10,
           CASE WHEN s.status = 'parked' THEN s.step END,
           CASE WHEN s.status = 'parked' THEN 'OLD.BROKEN' END,
           CASE WHEN s.status = 'parked' THEN now() - interval '1 day' END,
           now(), now() - interval '1 day',
           -- In two partitions; the others are empty.
           CASE WHEN s.status = 'completed' THEN now() + n % 2 * interval '31 days' END
      FROM generate_series(1, ${many}) AS n,
           LATERAL (SELECT CASE WHEN n % 500 = 0 THEN 'parked' WHEN n % 200 = 0 THEN 'waiting' ELSE 'completed' END,
                           CASE WHEN n % 500 = 0 THEN 'pay' WHEN n % 200 = 0 THEN 'review' END) AS s(status, step);
    INSERT INTO saga.journal (saga_id, seq, at, epoch, entries)
    SELECT id, seq, now(), 1, '[{"kind": "started"}, {"kind": "completed"}]'
      FROM saga.instance, generate_series(1, 5, 2) AS seq;
    INSERT INTO saga.audit (id, actor, role, action, saga_id, reason)
    SELECT id, 'actor-' || version, 'operator', 'saga.retry', id, 'why' FROM saga.instance;
    ANALYZE saga.instance, saga.journal, saga.audit;
  `);
}, 60_000);
afterAll(() => admin.close());

interface Plan {
  'Node Type': string;
  'Relation Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  Plans?: Plan[];
}

const flatten = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(flatten)];

async function planOf(sql: string, values: readonly unknown[], generic = false): Promise<Plan[]> {
  const session = admin.dataSource.createQueryRunner();
  try {
    await session.startTransaction();
    // The few hundred in flight are a table of their own, here too small to be worth its indexes.
    await session.query('SET LOCAL enable_seqscan = off');
    if (generic) await session.query('SET LOCAL plan_cache_mode = force_generic_plan');
    const [row] = (await session.query(`EXPLAIN (ANALYZE, FORMAT JSON) ${sql}`, [...values])) as [
      { 'QUERY PLAN': [{ Plan: Plan }] },
    ];
    return flatten(row['QUERY PLAN'][0].Plan);
  } finally {
    await session.rollbackTransaction();
    await session.release();
  }
}

/** The plan of the one query that `read` makes. */
async function planOfQuery(read: () => Promise<unknown>): Promise<Plan[]> {
  const logged: { sql: string; parameters: unknown[] }[] = [];
  const { logger } = admin.dataSource;
  admin.dataSource.logger = Object.assign(Object.create(logger) as typeof logger, {
    logQuery: (sql: string, parameters: unknown[]) => logged.push({ sql, parameters }),
  });
  await read();
  admin.dataSource.logger = logger;
  expect(logged).toHaveLength(1);
  return planOf(logged[0]!.sql, logged[0]!.parameters);
}

const rowsOf = (node: Plan) =>
  (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'];

/** Rows of a table, in all its partitions, that were looked at, those that were thrown away included. */
const readRows = (plan: readonly Plan[], table: string) =>
  plan
    .filter((node) => new RegExp(`^((live|ended)_)?${table}(_|$)`).test(node['Relation Name'] ?? ''))
    .reduce((sum, node) => sum + rowsOf(node), 0);

/** An empty partition has nothing to find by an index. */
const sequential = (plan: readonly Plan[]) =>
  plan.filter((node) => node['Node Type'] === 'Seq Scan' && rowsOf(node) > 0);

describe(`Among ${many} sagas`, () => {
  it.each<[string, SagaFilter, number]>([
    ['all', {}, 60],
    ['those of the usual version', { definition: 'old', version: 2 }, 60],
    ['those of an old version', { definition: 'old', version: 1 }, 60],
    ['those of a version that nobody has', { definition: 'old', version: 7 }, 60],
    ['done ones', { status: 'completed' }, 60],
    // Of the three hundred in flight, newest first, until there are enough.
    ['parked ones', { status: 'parked' }, 160],
    ['those at a step', { step: 'pay' }, 400],
    ['those with an error', { errorCode: 'OLD.BROKEN' }, 160],
    ['those of a business key', { correlationId: 'order-17' }, 60],
    ['those of a business key that nobody has', { correlationId: 'order-0' }, 60],
    ['stuck ones', { stuckForSeconds: 3600 }, 400],
    ['stuck ones of an old version', { definition: 'old', version: 1, stuckForSeconds: 3600 }, 500],
    ['parked ones of an old version', { definition: 'old', version: 1, status: 'parked' }, 500],
  ])('a page of %s reads little more than what it shows', async (_, filter, most) => {
    const plan = await planOfQuery(() => admin.reader.list(filter, null, 51));
    expect(sequential(plan)).toEqual([]);
    expect(readRows(plan, 'instance')).toBeLessThanOrEqual(most);
  });

  it('one saga, its journal and the counts are found by index', async () => {
    const [one] = await admin.reader.list({ correlationId: 'order-17' }, null, 1);
    for (const plan of [
      await planOf(readSaga.text, [one!.id]),
      await planOf(readJournalEntries.text, [one!.id, 2, 50]),
      await planOf(countSagasInFlight.text, []),
    ]) {
      expect(sequential(plan).filter((node) => node['Relation Name'] !== 'worker')).toEqual([]);
      expect(readRows(plan, 'instance')).toBeLessThanOrEqual(400);
      expect(readRows(plan, 'journal')).toBeLessThanOrEqual(3);
    }
  });

  it.each([
    ['that began a while ago', many - 200, 450],
    ['that began before all of them', 0, 2 * observedAtMost + 100],
  ])('what a guard %s has to see is found by index, and is no more than it looks at', async (_, n, most) => {
    const since = [lowestIdAt(new Date(1_700_000_000_000 + n * 3_000_000)), new Date(0)];
    // With parameters, and with a plan that does not know them: as inside a unit of work.
    for (const generic of [false, true]) {
      const plan = await planOf(observeVersions.text, ['old', [1, 2], ...since, 60], generic);
      expect(sequential(plan)).toEqual([]);
      expect(readRows(plan, 'instance')).toBeLessThanOrEqual(most);
    }
  });

  it('what is in flight of one version is found without those that have ended', async () => {
    for (const plan of [
      await planOf(countInFlightOf.text, ['old']),
      await planOf(listInFlightOfVersion.text, ['old', 2, null, 51]),
    ]) {
      expect(sequential(plan)).toEqual([]);
      expect(readRows(plan, 'instance')).toBeLessThanOrEqual(400);
    }
  });

  it('versions that a build lacks are found without looking at the sagas of those that it has', async () => {
    const known = await planOf(findUnknownVersions.text, [
      ['old', 'old'],
      [1, 2],
    ]);
    expect(sequential(known)).toEqual([]);
    expect(readRows(known, 'instance')).toBeLessThanOrEqual(4);
    const lacking = await admin.dataSource.query<unknown[]>(findUnknownVersions.text, [['old'], [2]]);
    expect(lacking).toEqual([{ definition: 'old', version: 1, count: 2 }]);
  });

  it.each([
    ['how many are in flight', readSagasInFlight, 400],
    ['what is wrong with some', readSagasNeedingAttention, 160],
    ['what is due', readWorkersAndDue, 1],
  ])('%s is read for /metrics without looking at what has ended', async (_, { text }, most) => {
    const plan = await planOf(text, []);
    const read = plan.map((node) => node['Relation Name']).filter((name) => name !== undefined);
    expect(read.filter((name) => name.startsWith('ended'))).toEqual([]);
    expect(read).toContain('live_instance');
    expect(readRows(plan, 'instance')).toBeLessThanOrEqual(most);
  });

  it.each<[string, AuditFilter]>([
    ['all', {}],
    ['what somebody did', { actor: 'actor-1' }],
    ['what one did to a saga that has none', { sagaId: '00000000-0000-7000-8000-000000000000' }],
  ])('a page of the audit with %s reads little more than what it shows', async (_, filter) => {
    const plan = await planOfQuery(() => admin.audit.list(filter, null, 51));
    expect(sequential(plan)).toEqual([]);
    expect(readRows(plan, 'audit')).toBeLessThanOrEqual(60);
  });
});
