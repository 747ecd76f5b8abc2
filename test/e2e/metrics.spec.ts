import { startApp } from '../support/app-process.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { HttpClient } from '../support/http-client.js';
import { readMetricsPage } from '../support/metrics-page.js';
import type { FailureGroup } from './contract.js';
import { Shop } from './shop.js';

const fulfillment = { definition: 'order-fulfillment', version: '2' };

describe('/metrics', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open();
  }, 60_000);
  afterAll(() => shop.close());

  const page = async () => readMetricsPage((await shop.client.get<string>('/metrics', { key: null })).body);

  it('tells how orders went, by version, and how long they took', async () => {
    await shop.settle();
    await shop.settle({ paymentMethod: 'pm_card_declined' });
    await shop.until(async () => {
      const { sum } = await page();
      expect(sum('saga_started_total', fulfillment)).toBe(2);
      expect(sum('saga_duration_seconds_count', { ...fulfillment, outcome: 'completed' })).toBe(1);
      expect(sum('saga_duration_seconds_count', { ...fulfillment, outcome: 'compensated' })).toBe(1);
      expect(sum('saga_duration_seconds_sum', fulfillment)).toBeGreaterThan(0);
      const charge = { ...fulfillment, step: 'charge-payment', role: 'action' };
      expect(sum('saga_step_duration_seconds_count', { ...charge, outcome: 'succeeded' })).toBe(1);
      expect(sum('saga_step_duration_seconds_count', { ...charge, outcome: 'rejected' })).toBe(1);
      expect(sum('saga_rejections_total', { step: 'charge-payment', code: 'BILLING.CARD_DECLINED' })).toBe(1);
      expect(sum('saga_compensations_total', { ...fulfillment, step: 'reserve-inventory' })).toBe(1);
      expect(sum('saga_turned_back_total', { ...fulfillment, cause: 'rejected' })).toBe(1);
    });
  });

  it('tells what is under way and what is wrong with it, from the database', async () => {
    await shop.setFaults({ carrier: 'down' });
    await shop.place();
    await shop.until(async () => {
      const { sum } = await page();
      expect(
        sum('saga_retries_total', { step: 'arrange-shipping', reason: 'attempt-failed' }),
      ).toBeGreaterThan(0);
      expect(sum('saga_instances', { ...fulfillment, status: 'running' })).toBe(1);
      expect(sum('saga_attention', { step: 'arrange-shipping', status: 'running' })).toBe(1);
      // The one that tracks the order that came about.
      expect(sum('saga_instances', { definition: 'order-tracking', status: 'waiting' })).toBe(1);
    });
    await shop.setFaults({ carrier: 'up' });
  });

  it('tells what failing orders put at risk, as the list of failures does, and nothing once none fails', async () => {
    const failures = async () =>
      (await shop.succeed(shop.operator.get<{ items: FailureGroup[] }>('/v1/admin/failures'))).items;
    // Of the test before.
    await shop.until(async () => expect(await failures()).toEqual([]));
    await shop.setFaults({ carrier: 'down' });
    const orders = [await shop.place(), await shop.place({ quantity: 3 })];
    await shop.until(async () => {
      const money = orders.reduce((all, { totalAmount }) => all + totalAmount, 0);
      expect(await failures()).toMatchObject([
        {
          ...{ count: 2, moneyAtRisk: [{ currency: 'EUR', amount: money }] },
          stockAtRisk: [{ quantity: 5 }],
        },
      ]);
      const { sum, samples } = await page();
      expect(sum('saga_money_at_risk_minor_units', { ...fulfillment, currency: 'EUR' })).toBe(money);
      expect(sum('saga_stock_at_risk_pieces', fulfillment)).toBe(5);
      expect(samples.filter(({ name }) => name === 'saga_money_at_risk_minor_units')).toHaveLength(1);
    });
    await shop.setFaults({ carrier: 'up' });
    for (const { id } of orders) await shop.settled(id);
    await shop.until(async () =>
      expect((await page()).samples.filter(({ name }) => /at_risk/.test(name))).toEqual([]),
    );
  });

  it('tells how the process and its database are', async () => {
    const { sum, metrics } = await page();
    expect(sum('saga_workers')).toBe(1);
    expect(sum('database_pool_connections')).toBeGreaterThan(0);
    for (const name of [
      ...['outbox_lag_seconds', 'saga_oldest_due_seconds', 'database_oldest_transaction_seconds'],
      ...['database_pool_waiting', 'nodejs_eventloop_lag_seconds', 'process_cpu_seconds_total'],
    ]) {
      expect([name, metrics.has(name)]).toEqual([name, true]);
    }
    expect(sum('metrics_readings_failed_total')).toBe(0);
  });

  it('has no order, customer or amount in it', async () => {
    const { body } = await shop.client.get<string>('/metrics');
    expect(body).not.toMatch(/c-42|Ada|SKU-|[0-9a-f]{8}-[0-9a-f]{4}-7/);
  });
});

describe('METRICS_PORT', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  it('takes /metrics away from the port of the API, to one that serves nothing else but health', async () => {
    const app = await startApp({ DATABASE_URL: database.url, METRICS_PORT: '0' });
    const [, address = ''] = /^Metrics on +(\S+)\/metrics$/m.exec(app.logs()) ?? [];
    const operations = new HttpClient(address);
    expect((await operations.get<string>('/metrics', { key: null })).body).toContain('saga_started_total');
    expect(await operations.get('/health/live', { key: null })).toMatchObject({ status: 200 });
    expect(await operations.get('/v1/orders')).toMatchObject({
      status: 404,
      body: { code: 'HTTP.NOT_FOUND' },
    });
    expect(await app.http.get('/metrics')).toMatchObject({ status: 404, body: { code: 'HTTP.NOT_FOUND' } });
    expect(await app.http.get('/v1/orders')).toMatchObject({ status: 200 });
    expect(await app.http.get('/health/live')).toMatchObject({ status: 200 });
    expect(await app.stop()).toEqual({ code: 0, signal: null });
  }, 60_000);

  it('is where a worker tells of itself', async () => {
    const app = await startApp({ DATABASE_URL: database.url, ROLE: 'worker', METRICS_PORT: '0' });
    const { sum } = readMetricsPage((await app.http.get<string>('/metrics', { key: null })).body);
    expect(sum('saga_workers')).toBeGreaterThan(0);
    expect(await app.stop()).toEqual({ code: 0, signal: null });
  }, 60_000);

  it('says that it is in use', async () => {
    const app = await startApp({ DATABASE_URL: database.url, ROLE: 'api' });
    const { port } = new URL(app.url);
    const failure: unknown = await startApp({ DATABASE_URL: database.url, METRICS_PORT: port }).catch(
      (error: unknown) => error,
    );
    expect(String(failure)).toContain(`METRICS_PORT: ${port} on 127.0.0.1 is in use; set METRICS_PORT to`);
    await app.stop();
  }, 60_000);
});
