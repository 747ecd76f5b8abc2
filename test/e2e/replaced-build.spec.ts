import { Client } from 'pg';
import { orderFulfillmentV1 } from '../../src/saga/order-fulfillment/order-fulfillment.v1.js';
import { startApp, type AppProcess } from '../support/app-process.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { entered, expectOrderOfSteps, fulfillments, type Fulfillment } from '../support/order-journals.js';
import { byClients, slowDownTheOutside } from '../support/shop.js';
import type { Order } from './contract.js';
import { anOrder, type OrderWishes } from './shop.js';

const entry = 'test/support/altered-app.mjs';
const startTimeoutMs = 60_000;

/** What is special about the orders: most have nothing, some wait for a person, some are undone, some are asked for. */
const wishes: readonly OrderWishes[] = [
  {},
  { sku: 'SKU-4', quantity: 1 },
  { postalCode: 'REJECT' },
  { paymentMethod: 'pm_card_lost_answer' },
  { paymentMethod: 'pm_card_declined' },
  {},
];
const orders = 60;

describe('a process with new code in the place of one with the old', () => {
  let database: TestDatabase;
  let client: Client;
  let running: AppProcess;
  beforeAll(async () => {
    database = await createTestDatabase();
    client = new Client({ connectionString: database.url });
    await client.connect();
  }, 60_000);
  afterAll(async () => {
    expect(await running.stop()).toEqual({ code: 0, signal: null });
    await client.end();
    await database.drop();
  });

  const start = (ALTER: string) => {
    const env = { DATABASE_URL: database.url, REVIEW_ABOVE: '50000', LEASE_SECONDS: '3', ALTER };
    return startApp(env, { entry, startTimeoutMs });
  };
  const place = async (index: number) => {
    const answer = await running.http.post<Order>('/v1/orders', anOrder(wishes[index % wishes.length]));
    expect(answer).toMatchObject({ status: 202 });
  };

  it('lets every order of v1 end in the order of steps of v1', async () => {
    running = await start('v1-by-default');
    await slowDownTheOutside(running.http, 300);
    let next: Promise<AppProcess> | null = null;
    let inFlight: Fulfillment[] = [];
    await byClients(4, orders, async (index) => {
      if (index === orders / 3) next = start('v3-by-default');
      if (next && index === (orders * 2) / 3) {
        const [old, replacement] = [running, await next];
        running = replacement;
        inFlight = (await fulfillments(client)).filter(({ version }) => version === 1);
        expect(await old.stop()).toEqual({ code: 0, signal: null });
      }
      await place(index);
    });
    expect(new Set(inFlight.map(({ status }) => status))).toContain('waiting');
    await slowDownTheOutside(running.http, 0);

    const operator = running.http.as('demo-operator');
    const all = await eventually(
      async () => {
        const sagas = await fulfillments(client);
        for (const { status, correlation_id: id } of sagas) {
          if (status === 'waiting') await operator.post(`/v1/orders/${id}/approve`, { reason: 'Good.' });
        }
        const going = sagas.filter(({ status }) => status !== 'completed' && status !== 'compensated');
        expect(going.map(({ version, status }) => `v${version} ${status}`)).toEqual([]);
        return sagas;
      },
      { within: 120_000, every: 500 },
    );
    expect(all).toHaveLength(orders);
    expect(new Set(all.map(({ version }) => version))).toEqual(new Set([1, 3]));

    const old = all.filter(({ version }) => version === 1);
    expect(old.filter(({ status }) => status === 'compensated').length).toBeGreaterThan(0);
    for (const saga of old) {
      expectOrderOfSteps(orderFulfillmentV1, saga);
      expect(saga.entries[0]).toMatchObject({ kind: 'started', version: 1 });
    }
    for (const { entries } of all.filter(({ version }) => version === 3)) {
      const way = entered(entries).filter(
        (name) => name === 'charge-payment' || name === 'reserve-inventory',
      );
      expect(way).toEqual(['charge-payment', 'reserve-inventory'].slice(0, way.length));
    }
  }, 300_000);
});
