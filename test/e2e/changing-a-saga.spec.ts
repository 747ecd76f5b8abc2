import { Client } from 'pg';
import type { BreachReport } from '../../src/saga/rollout/breach.response.dto.js';
import type { RolloutReport } from '../../src/saga/rollout/rollout.response.dto.js';
import { orderFulfillmentV1 } from '../../src/saga/order-fulfillment/order-fulfillment.v1.js';
import { orderFulfillmentV2 } from '../../src/saga/order-fulfillment/order-fulfillment.v2.js';
import { startApp, type AppProcess } from '../support/app-process.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import type { HttpClient } from '../support/http-client.js';
import { expectOrderOfSteps, fulfillments } from '../support/order-journals.js';
import { byClients } from '../support/shop.js';
import type { Order, Page, Problem } from './contract.js';
import { anOrder, type OrderWishes } from './shop.js';

const entry = 'test/support/altered-app.mjs';
const startTimeoutMs = 60_000;
const LONG = 300_000;
const patience = { within: 120_000, every: 250 };
const definition = '/v1/admin/saga-definitions/order-fulfillment';

/** Waits for a person. */
const large: OrderWishes = { sku: 'SKU-4', quantity: 1 };
/** Is undone, but for its refund, which fails until the gateway is healed. */
const undeliverable: OrderWishes = { paymentMethod: 'pm_card_refund_fails', postalCode: 'REJECT' };
/** Has been charged, and is not booked until the carrier is healed. */
const atTheCarrier: OrderWishes = { postalCode: 'DOWN' };

/** The whole way of changing a saga, as one story: each test goes on where the one before has ended. */
describe('changing a saga while orders are in flight', () => {
  let database: TestDatabase;
  let client: Client;
  let running: AppProcess;
  let operator: HttpClient;
  let supervisor: HttpClient;
  /** Sagas that a person has moved: they do not end in the version with which they began. */
  const moved = new Set<string>();

  beforeAll(async () => {
    database = await createTestDatabase();
    client = new Client({ connectionString: database.url });
    await client.connect();
    use(await start('v1-by-default'));
  }, LONG);
  afterAll(async () => {
    expect(await running.stop()).toEqual({ code: 0, signal: null });
    await client.end();
    await database.drop();
  }, LONG);

  const start = (ALTER: string) => {
    const env = { DATABASE_URL: database.url, REVIEW_ABOVE: '50000', LEASE_SECONDS: '3', ALTER };
    return startApp({ ...env, LOG_LEVEL: 'silent' }, { entry, startTimeoutMs });
  };
  const use = (app: AppProcess) => {
    running = app;
    operator = app.http.as('demo-operator');
    supervisor = app.http.as('demo-supervisor');
  };
  const place = (wishes: OrderWishes, count: number) =>
    byClients(8, count, async () => {
      expect(await running.http.post<Order>('/v1/orders', anOrder(wishes))).toMatchObject({ status: 202 });
    });
  const outside = async (faults: Record<string, unknown>) =>
    expect(await operator.put('/v1/sandbox/faults', faults)).toMatchObject({ status: 200 });
  const rollOut = async (wish: Record<string, unknown>) => {
    const answer = await operator.put<RolloutReport>(`${definition}/rollout`, wish);
    expect(answer).toMatchObject({ status: 200 });
  };
  const sagas = () => fulfillments(client);
  const counts = async () => {
    const count: Record<string, number> = {};
    for (const { version, status } of await sagas()) {
      const how = `v${version} ${status}`;
      count[how] = (count[how] ?? 0) + 1;
    }
    return count;
  };
  const isGoing = (status: string) => status !== 'completed' && status !== 'compensated';
  const move = (id: string, toVersion: number) =>
    supervisor.post<Problem>(`/v1/admin/sagas/${id}/move`, { toVersion, reason: 'The story wants it.' });

  it(
    'has 200 orders in flight on v1, some waiting, some compensating',
    async () => {
      await place(atTheCarrier, 5);
      await place(undeliverable, 10);
      await eventually(async () => expect(await counts()).toMatchObject({ 'v1 compensating': 10 }), patience);
      await place(large, 25);
      await outside({ payments: 'down' });
      await place({}, 160);
      await eventually(async () => {
        const all = await sagas();
        expect(all.filter(({ version, status }) => version === 1 && isGoing(status))).toHaveLength(200);
        expect(await counts()).toMatchObject({ 'v1 waiting': 25, 'v1 compensating': 10 });
      }, patience);
    },
    LONG,
  );

  it(
    'moves one to v2 that has done nothing else than v2 would have, and refuses one that has',
    async () => {
      const all = await sagas();
      const waiting = all.find(({ status }) => status === 'waiting')!;
      expect(await move(waiting.id, 2)).toMatchObject({
        status: 200,
        body: { version: 2, status: 'waiting' },
      });
      moved.add(waiting.id);
      const charged = all.find(({ entries }) =>
        entries.some((one) => one.kind === 'intended' && one.unit.name === 'arrange-shipping'),
      )!;
      // Not while one of its calls is under way: whoever asked then asks again.
      const refused = await eventually(async () => {
        const answer = await move(charged.id, 2);
        expect(answer).toMatchObject({ status: 409, body: { code: 'SAGA.DIVERGED' } });
        return answer;
      }, patience);
      expect(refused.body.detail).toContain('reserve-inventory');
    },
    LONG,
  );

  it(
    'gives v2 to ten in a hundred, then to all, while a process with the new code takes the place of the old',
    async () => {
      await rollOut({ shares: { 1: 90, 2: 10 }, reason: 'A first share.' });
      const before = (await sagas()).length;
      await place({}, 60);
      const began = (await sagas()).filter(({ entries }) => {
        const [first] = entries;
        return first?.kind === 'started' && 'assigned' in first && JSON.stringify(first).includes('"share"');
      });
      expect((await sagas()).length).toBe(before + 60);
      const share = began.filter(({ version }) => version === 2).length;
      expect(share).toBeGreaterThan(0);
      expect(share).toBeLessThan(30);

      await rollOut({ shares: { 2: 100 }, reason: 'It does well.' });
      const replacement = start('bad-v3');
      const old = running;
      // Orders go on coming in, at first to the old one.
      let placing = true;
      const under = (async () => {
        while (placing) await place({}, 2);
      })();
      use(await replacement);
      expect(await old.stop()).toEqual({ code: 0, signal: null });
      placing = false;
      await under;
      const latest = (await sagas()).filter(({ entries }) =>
        JSON.stringify(entries[0]).includes('"revision":2'),
      );
      expect(latest.length).toBeGreaterThan(0);
      expect(new Set(latest.map(({ version }) => version))).toEqual(new Set([2]));
    },
    LONG,
  );

  it(
    'lets every order end in the order of steps of its version',
    async () => {
      await outside({ payments: 'healed', carrier: 'healed' });
      for (const dependency of ['payments', 'carrier']) {
        await operator.post(`/v1/admin/dependencies/${dependency}/release`, { reason: 'It is well again.' });
      }
      await eventually(async () => {
        for (const { status, correlation_id: id, id: saga } of await sagas()) {
          if (status === 'waiting') await operator.post(`/v1/orders/${id}/approve`, { reason: 'Good.' });
          if (status === 'parked') await operator.post(`/v1/admin/sagas/${saga}/retry`, { reason: 'Go on.' });
        }
        const going = (await sagas()).filter(({ status }) => isGoing(status));
        expect(going.map(({ version, status }) => `v${version} ${status}`)).toEqual([]);
      }, patience);
      const all = await sagas();
      for (const saga of all.filter(({ id }) => !moved.has(id))) {
        expectOrderOfSteps(saga.version === 1 ? orderFulfillmentV1 : orderFulfillmentV2, saga);
      }
      const ended = await counts();
      expect(ended['v1 compensated']).toBe(10);
      expect(ended['v1 completed']).toBeGreaterThanOrEqual(189);
      for (const { version, status } of all.filter(({ id }) => moved.has(id)))
        expect([version, status]).toEqual([2, 'completed']);
    },
    LONG,
  );

  it(
    'takes a bad v3 back by itself, and tells what can be done for those that are on it',
    async () => {
      await rollOut({
        shares: { 2: 50, 3: 50 },
        guard: { candidate: 3, control: 2, minimumSample: 10, maxExcess: { failure: 0.05 } },
        reason: 'A canary.',
      });
      await place({}, 80);
      const { shares, breach } = await eventually(async () => {
        const { body } = await operator.get<RolloutReport>(`${definition}/rollout`);
        expect(body.breach).not.toBeNull();
        return body;
      }, patience);
      expect(shares).toMatchObject({ 2: 100 });
      expect(breach).toMatchObject({ metric: 'failure' });
      const { body: audit } = await operator.get<Page<{ actor: string }>>('/v1/admin/audit?actor=guard');
      expect(audit.items).toHaveLength(1);
      const onV3 = async () => (await sagas()).filter(({ version }) => version === 3).length;
      const stranded = await onV3();
      await place({}, 5);
      expect(await onV3()).toBe(stranded);

      // Those who are on it go back to v2, by the very requests that the list tells.
      await eventually(async () => expect((await counts())['v3 running'] ?? 0).toBe(0), patience);
      const { body: list } = await operator.get<BreachReport>(`${definition}/rollout/breach?limit=200`);
      expect(list.items.length).toBeGreaterThan(0);
      expect(new Set(list.items.map(({ status }) => status))).toEqual(new Set(['parked']));
      for (const { choices } of list.items) {
        expect(choices.map(({ choice }) => choice)).toEqual(['leave', 'pause', 'move', 'compensate']);
        const { request } = choices.find(({ choice }) => choice === 'move')!;
        const { dryRun, ...body } = request!.body;
        expect(dryRun ?? true).toBe(true);
        expect(await supervisor.post(request!.path, body, { headers: request!.headers })).toMatchObject({
          status: 200,
        });
      }
      await eventually(async () => {
        const going = (await sagas()).filter(({ status }) => isGoing(status));
        for (const { id } of going)
          await operator.post(`/v1/admin/sagas/${id}/retry`, { reason: 'Back on v2.' });
        expect(going).toEqual([]);
      }, patience);
      const { body: books } = await operator.post<{ violations: unknown[] }>(
        '/v1/admin/invariants/check',
        {},
      );
      expect(books.violations).toEqual([]);
    },
    LONG,
  );
});
