import { randomUUID } from 'node:crypto';
import type { Statement } from '../../src/platform/database/statement.js';
import { lowestIdAt } from '../../src/platform/time/lowest-id-at.js';
import { OrderReader } from '../../src/orders/application/order-reader.js';
import { changeStatus } from '../../src/orders/persistence/sql/change-status.sql.js';
import { erasePersonalData } from '../../src/orders/persistence/sql/erase-personal-data.sql.js';
import { listOrdersBySku } from '../../src/orders/persistence/sql/list-orders-by-sku.sql.js';
import { readOrders } from '../../src/orders/persistence/sql/read-orders.sql.js';
import { readOrderStates } from '../../src/orders/persistence/sql/read-order-states.sql.js';
import { readRuleSubjects } from '../../src/orders/persistence/sql/read-rule-subjects.sql.js';
import { wishErasure } from '../../src/orders/persistence/sql/wish-erasure.sql.js';
import { type OrdersApp, startOrdersApp } from './orders-app.js';

let orders: OrdersApp;
beforeAll(async () => {
  orders = await startOrdersApp();
  // Orders of two years: hardly any is still pending, and every product is in every tenth of them.
  await orders.dataSource.query(`
    INSERT INTO orders."order" (
      id, status, customer_id, currency, total_amount, payment_method, lines, ship_to_name, ship_to_line1,
      ship_to_city, ship_to_postal_code, ship_to_country, status_history, version, created_at, updated_at
    )
    SELECT (lpad(to_hex(1700000000000 + n * 3000000::bigint), 12, '0') || '7000' || substr(md5(n::text), 1, 16))::uuid,
           CASE WHEN n % 500 = 0 THEN 'pending' ELSE 'confirmed' END, 'c-' || n % 700, 'EUR', 100, 'pm_card_visa',
           jsonb_build_array(jsonb_build_object('sku', 'SKU-' || n % 10)), 'A', 'B', 'C', '1', 'DE', '[]', 1,
           now(), now()
      FROM generate_series(1, 20000) AS n;
    INSERT INTO orders.order_sku SELECT lines -> 0 ->> 'sku', id FROM orders."order";
    INSERT INTO orders.order_sku SELECT 'SKU-OLD', id FROM orders."order" ORDER BY id LIMIT 2000;
    ANALYZE orders."order", orders.order_sku;
  `);
});
afterAll(() => orders.close());

interface Plan {
  'Node Type': string;
  'Relation Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  Plans?: Plan[];
}

async function planOf(sql: string, values: readonly unknown[]): Promise<Plan[]> {
  const runner = orders.dataSource.createQueryRunner();
  await runner.connect();
  try {
    await runner.startTransaction();
    const [row] = (await runner.query(`EXPLAIN (ANALYZE, FORMAT JSON) ${sql}`, [...values])) as [
      { 'QUERY PLAN': [{ Plan: Plan }] },
    ];
    return flatten(row['QUERY PLAN'][0].Plan);
  } finally {
    await runner.rollbackTransaction();
    await runner.release();
  }
}

const flatten = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(flatten)];
const ids = () => Array.from({ length: 50 }, () => randomUUID());

describe('on twenty thousand orders', () => {
  it.each<[Statement, () => unknown[]]>([
    [readOrders, () => [ids()]],
    [readOrderStates, () => [ids()]],
    [readRuleSubjects, () => [ids()]],
    [changeStatus, () => [ids(), Array(50).fill(null), Array(50).fill(null), 'confirmed', ['pending'], true]],
    [wishErasure, () => ['c-1', ['pending'], '00000000-0000-0000-0000-000000000000', 500]],
    [erasePersonalData, () => ['c-1', ['confirmed'], '00000000-0000-0000-0000-000000000000', 500]],
  ])('$name reads no table from end to end', async (statement, values) => {
    const plan = await planOf(statement.text, values());
    expect(plan.filter((node) => node['Node Type'] === 'Seq Scan')).toEqual([]);
  });

  it.each([
    ['all', {}],
    ['pending ones', { status: 'pending' as const }],
    ['confirmed ones', { status: 'confirmed' as const }],
    ['those of a customer', { customerId: 'c-1' }],
    [
      'those of some time',
      { createdAfter: new Date(1_700_300_000_000), createdBefore: new Date(1_703_000_000_000) },
    ],
  ])('a page of %s reads little more than the page', async (_, filter) => {
    const logged: { sql: string; parameters: unknown[] }[] = [];
    const { logger } = orders.dataSource;
    orders.dataSource.logger = Object.assign(Object.create(logger) as typeof logger, {
      logQuery: (sql: string, parameters: unknown[]) => logged.push({ sql, parameters }),
    });
    const rows = await orders.get(OrderReader).list(filter, null, 51);
    orders.dataSource.logger = logger;
    expect(rows.length).toBeGreaterThan(0);
    const [query] = logged;
    const plan = await planOf(query!.sql, query!.parameters);
    expect(plan.filter((node) => node['Node Type'] === 'Seq Scan')).toEqual([]);
    const read = plan
      .filter((node) => node['Relation Name'] === 'order')
      .map((node) => node['Actual Rows'] * node['Actual Loops']);
    expect(Math.max(...read)).toBeLessThanOrEqual(60);
  });

  it.each([
    ['a product', ['SKU-1', null, null, null, null, null, 51]],
    ['a product, only the confirmed ones', ['SKU-1', 'confirmed', null, null, null, null, 51]],
    ['a product that is no longer sold', ['SKU-OLD', null, null, null, null, null, 51]],
    [
      'a product up to some time',
      ['SKU-1', null, null, null, lowestIdAt(new Date(1_703_000_000_000)), null, 51],
    ],
  ])('a page of those with %s looks up the page and nothing else', async (_, values) => {
    const plan = await planOf(listOrdersBySku.text, values);
    expect(plan.filter((node) => node['Node Type'] === 'Seq Scan')).toEqual([]);
    const lookups = plan
      .filter((node) => node['Relation Name'] === 'order')
      .map((node) => node['Actual Loops']);
    expect(Math.max(...lookups)).toBeGreaterThan(0);
    expect(Math.max(...lookups)).toBeLessThanOrEqual(51);
  });
});
