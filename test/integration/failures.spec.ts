import { ChargePayment } from '../../src/billing/contracts/billing-commands.js';
import { ReserveInventory } from '../../src/inventory/contracts/inventory-commands.js';
import { ArrangeShipping } from '../../src/shipping/contracts/shipping-commands.js';
import { readMoneyOfFailures } from '../../src/composition/risk/sql/read-money-of-failures.sql.js';
import { readStockOfFailures } from '../../src/composition/risk/sql/read-stock-of-failures.sql.js';
import { groupFailures } from '../../src/saga/store/sql/group-failures.sql.js';
import type { Fault } from '../support/sabotage/sabotage.js';
import { eventually } from '../support/eventually.js';
import { ordered, startFulfillmentApp, unitAmount, type FulfillmentApp } from './fulfillment-app.js';

interface Group {
  readonly step: string;
  readonly errorCode: string;
  readonly count: number;
  readonly firstSeenAt: string;
  readonly lastSeenAt: string;
  readonly moneyAtRisk: readonly unknown[];
  readonly stockAtRisk: readonly unknown[];
}

let app: FulfillmentApp;
beforeAll(async () => {
  app = await startFulfillmentApp();
});
afterAll(() => app.close());

const fails = (command: Fault['command'], way: Fault['way']): Fault[] => [
  { command, way, instant: 'before its effect' },
];
const groups = async () => (await app.operator.get<{ items: Group[] }>('/v1/admin/failures')).body.items;
const group = async (errorCode: string, step: string) =>
  (await groups()).find((one) => one.errorCode === errorCode && one.step === step);

const price = ordered * unitAmount;

describe('The groups of failures', () => {
  it('show what is parked and what is retried together, with the money and the stock of their orders', async () => {
    const sku = await app.newProduct(unitAmount, 100);
    const faults = fails(ArrangeShipping, 'retryable');
    const parked = [await app.place({ sku, faults }), await app.place({ sku, faults })];
    await app.rest(parked);
    await app.place({ sku, faults });
    await eventually(async () =>
      expect(await group('TEST.UNAVAILABLE', 'arrange-shipping')).toMatchObject({
        definition: 'order-fulfillment',
        version: 2,
        count: 3,
        moneyAtRisk: [{ currency: 'EUR', amount: 3 * price }],
        stockAtRisk: [{ sku, quantity: 3 * ordered }],
      }),
    );
    const { firstSeenAt, lastSeenAt } = (await group('TEST.UNAVAILABLE', 'arrange-shipping'))!;
    expect(Date.parse(lastSeenAt)).toBeGreaterThan(Date.parse(firstSeenAt));
  });

  it('count a charge of which nobody knows what became of it, and nothing where nothing was taken', async () => {
    const sku = await app.newProduct();
    await app.place({ sku, faults: fails(ChargePayment, 'retryable') });
    await eventually(async () =>
      expect(await group('TEST.UNAVAILABLE', 'charge-payment')).toMatchObject({
        count: 1,
        moneyAtRisk: [{ currency: 'EUR', amount: price }],
        stockAtRisk: [{ sku, quantity: ordered }],
      }),
    );
    await app.place({ faults: fails(ReserveInventory, 'unclassified') });
    await eventually(async () =>
      expect(await group('SAGA.UNCLASSIFIED', 'reserve-inventory')).toMatchObject({
        count: 1,
        moneyAtRisk: [],
        stockAtRisk: [],
      }),
    );
  });

  it('show what is held under the code of that which holds it, and forget what goes on', async () => {
    const about = { reason: 'maintenance' };
    await app.operator.post('/v1/admin/dependencies/carrier/hold', about);
    const order = await app.place();
    await eventually(async () =>
      expect(await group('SAGA.DEPENDENCY_HELD', 'arrange-shipping')).toMatchObject({
        moneyAtRisk: [{ currency: 'EUR', amount: price }],
      }),
    );
    await app.operator.post('/v1/admin/dependencies/carrier/release', about);
    await eventually(async () => {
      await app.pass(1_000);
      expect((await app.order(order)).status).toBe('confirmed');
    });
    expect(await group('SAGA.DEPENDENCY_HELD', 'arrange-shipping')).toBeUndefined();
  });
});

describe('Among 20,000 orders, 500 of which fail', () => {
  interface Plan {
    readonly 'Node Type': string;
    readonly 'Relation Name'?: string;
    readonly 'Actual Rows': number;
    readonly 'Actual Loops': number;
    readonly 'Rows Removed by Filter'?: number;
    readonly Plans?: readonly Plan[];
  }
  const flatten = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(flatten)];
  const planOf = async ({ text }: { readonly text: string }, values: unknown[]) => {
    const [row] = await app.dataSource.query<[{ 'QUERY PLAN': [{ Plan: Plan }] }]>(
      `EXPLAIN (ANALYZE, FORMAT JSON) ${text}`,
      values,
    );
    return flatten(row['QUERY PLAN'][0].Plan);
  };
  const rowsOf = (plan: readonly Plan[], table: string) =>
    plan
      .filter((node) => node['Relation Name'] === table)
      .reduce(
        (sum, node) =>
          sum + (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'],
        0,
      );

  beforeAll(async () => {
    await app.dataSource.query(`
      CREATE TEMP TABLE old AS SELECT gen_random_uuid() AS id, n FROM generate_series(1, 20000) AS n;
      INSERT INTO saga.instance (id, definition, version, correlation_id, status, length, failed_step, error_code,
                                 attention_since, created_at, updated_at)
      SELECT gen_random_uuid(), 'order-fulfillment', 2, id, 'parked', 1,
             CASE WHEN n <= 500 THEN 'many' END, CASE WHEN n <= 500 THEN 'TEST.MANY' END,
             CASE WHEN n <= 500 THEN now() END, now(), now()
        FROM old;
      INSERT INTO billing.payment (id, order_id, status, amount, currency, payment_method, gateway_reference)
      SELECT gen_random_uuid(), id, 'charged', 500, 'EUR', 'pm_card_visa', 'ch_' || id FROM old;
      INSERT INTO inventory.reservation (order_id, status, lines)
      SELECT id, 'committed', '[{"sku": "MANY", "quantity": 2}]' FROM old;
      DROP TABLE old;
      ANALYZE saga.live_instance, billing.payment, inventory.reservation`);
  }, 60_000);

  it('three statements find the groups, and read the books of the failing orders only', async () => {
    expect(await group('TEST.MANY', 'many')).toMatchObject({
      count: 500,
      moneyAtRisk: [{ currency: 'EUR', amount: 250_000 }],
      stockAtRisk: [{ sku: 'MANY', quantity: 1_000 }],
    });
    const most = 520;
    const orders = [['order-fulfillment', 'order-tracking']];
    expect(rowsOf(await planOf(groupFailures, []), 'live_instance')).toBeLessThanOrEqual(most);
    const money = await planOf(readMoneyOfFailures, orders);
    expect(rowsOf(money, 'live_instance')).toBeLessThanOrEqual(most);
    expect(rowsOf(money, 'payment')).toBeLessThanOrEqual(most);
    const stock = await planOf(readStockOfFailures, orders);
    expect(rowsOf(stock, 'reservation')).toBeLessThanOrEqual(most);
  });
});
