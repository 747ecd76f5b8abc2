import { startAuditorApp, type AuditorApp } from './auditor-app.js';

const many = 50_000;

interface Plan {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly Plan[];
}

const flatten = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(flatten)];

describe("The auditor's minutely check", () => {
  let app: AuditorApp;

  beforeAll(async () => {
    app = await startAuditorApp();
    await app.stock({ 'AUDIT-1': 100 });
    // A year of orders that ended well, and one of which a finding stands.
    await app.dataSource.query(`
      CREATE TEMP TABLE old AS
      SELECT gen_random_uuid() AS id, now() - n * interval '10 minutes' AS at FROM generate_series(1, ${many}) AS n;
      INSERT INTO orders."order" (id, status, customer_id, currency, total_amount, payment_method, lines,
                                  status_history, version, created_at, updated_at)
      SELECT id, 'delivered', 'c-1', 'EUR', 500, 'pm_card_visa', '[{"sku": "AUDIT-1", "quantity": 1}]', '[]', 1, at, at
        FROM old;
      INSERT INTO saga.instance (id, definition, version, correlation_id, status, length, created_at, updated_at,
                                 finished_at)
      SELECT gen_random_uuid(), 'order-fulfillment', 2, id, 'completed', 1, at, at, at FROM old;
      INSERT INTO saga.journal (saga_id, seq, at, epoch, entries) SELECT id, 1, now(), 1, '[]' FROM saga.instance;
      INSERT INTO billing.payment (id, order_id, status, amount, currency, payment_method, gateway_reference)
      SELECT gen_random_uuid(), id, 'charged', 500, 'EUR', 'pm_card_visa', 'ch_' || id FROM old;
      INSERT INTO sandbox.charge (gateway_reference, reference, order_id, amount, currency, payment_method,
                                  idempotency_key, available_at)
      SELECT gateway_reference, p.id, order_id, amount, currency, payment_method, p.id, old.at
        FROM billing.payment p JOIN old ON old.id = order_id;
      INSERT INTO shipping.shipment (id, order_id, status, carrier, tracking_number)
      SELECT gen_random_uuid(), id, 'delivered', 'sandbox', 'SBX' || id FROM old;
      INSERT INTO inventory.reservation (order_id, status, lines)
      SELECT id, 'committed', '[{"sku": "AUDIT-1", "quantity": 1}]' FROM old;
      INSERT INTO auditor.report (checked_at, duration_ms, violations, watermark, last_complete_at)
      SELECT now(), 1, jsonb_build_array(jsonb_build_object('code', 'BILLING.KEPT_NOT_AS_OWED', 'text', '',
               'repair', '', 'orderId', correlation_id, 'sagaId', id)), now() - interval '1 minute', now()
        FROM saga.instance LIMIT 1;
      DROP TABLE old;
      ANALYZE`);
    await app.place();
  }, 90_000);
  afterAll(() => app?.close());

  it('scans no table that grows, and reads rows of nothing that ended long ago', async () => {
    const { manager } = app.dataSource;
    const query = manager.query.bind(manager);
    const asked: { text: string; values: unknown[] }[] = [];
    manager.query = ((text: string, values: unknown[]) => {
      asked.push({ text, values });
      return query(text, values);
    }) as typeof query;
    const report = await app.auditor.checkOnSchedule(0);
    manager.query = query;

    expect(report?.durationMs).toBeLessThan(5_000);
    expect(asked.length).toBeGreaterThan(8);
    for (const { text, values } of asked) {
      const [row] = await app.dataSource.query<[{ 'QUERY PLAN': [{ Plan: Plan }] }]>(
        `EXPLAIN (ANALYZE, FORMAT JSON) ${text}`,
        values,
      );
      for (const node of flatten(row['QUERY PLAN'][0].Plan)) {
        const { 'Node Type': type, 'Relation Name': relation, 'Actual Rows': rows } = node;
        // What is in flight is a small table, what is kept a single row; a partition that is empty has no row to be found by an index.
        const empty = rows + (node['Rows Removed by Filter'] ?? 0) === 0;
        const scanned =
          type === 'Seq Scan' &&
          relation !== undefined &&
          !empty &&
          !['stock', 'worker', 'history', 'live_instance'].includes(relation);
        expect({ text, type, relation, scanned, rows: rows > 100 }).toMatchObject({
          scanned: false,
          rows: false,
        });
      }
    }
  });
});
