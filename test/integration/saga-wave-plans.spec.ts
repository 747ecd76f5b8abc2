import { lockOwnedSagas } from '../../src/saga/store/sql/lock-owned-sagas.sql.js';
import { startAdminApp, type AdminApp } from './saga-admin-app.js';

const owner = '0198c0de-0000-7000-8000-000000000001';

let admin: AdminApp;
beforeAll(async () => {
  admin = await startAdminApp();
  // Statistics of a moment when everything waited to be taken: that an owner has thousands, they do not know.
  await admin.dataSource.query(`
    INSERT INTO saga.live_instance (id, definition, version, correlation_id, status, length, wake_at, created_at, updated_at)
    SELECT gen_random_uuid(), 'old', 1, 'order-' || n, 'running', 1, now() + interval '1 day', now(), now()
      FROM generate_series(1, 5000) AS n;
    ANALYZE saga.live_instance;
    UPDATE saga.live_instance SET owner = '${owner}', wake_at = NULL;
  `);
});
afterAll(() => admin.close());

it('locks the sagas of a wave by their ids, however many more the worker owns', async () => {
  const session = admin.dataSource.createQueryRunner();
  try {
    await session.startTransaction();
    await session.query('SET LOCAL plan_cache_mode = force_generic_plan');
    await session.query(`PREPARE lock_owned AS ${lockOwnedSagas.text}`);
    const sagas = (await session.query('SELECT id FROM saga.live_instance LIMIT 200')) as { id: string }[];
    const ids = sagas.map(({ id }) => id).join();
    const rows = (await session.query(
      `EXPLAIN (ANALYZE, TIMING OFF, COSTS OFF, BUFFERS OFF)
       EXECUTE lock_owned ('{${ids}}', array_fill(1, ARRAY[200]), '${owner}')`,
    )) as { 'QUERY PLAN': string }[];
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');

    expect(plan).toMatch(/CTE Scan on locked \(actual rows=200/);
    expect(plan).toContain('instance_pkey');
    expect(plan).not.toContain('instance_owned');
  } finally {
    await session.rollbackTransaction();
    await session.release();
  }
});
