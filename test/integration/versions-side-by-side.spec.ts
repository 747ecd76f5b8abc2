import type { Entry } from '../../src/saga/engine/entries.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { startFulfillmentApp, type FulfillmentApp, type PlacedOrder } from './fulfillment-app.js';

/** Above the limit from which orders are reviewed: they wait until they are approved, over a deploy too. */
const large = { unitAmount: 600_000 };

const forwards = {
  1: ['validate-order', 'charge-payment', 'reserve-and-commit-inventory', 'arrange-shipping'],
  2: ['validate-order', 'reserve-inventory', 'charge-payment', 'commit-inventory', 'arrange-shipping'],
};
const back = {
  1: ['reserve-and-commit-inventory', 'charge-payment'],
  2: ['commit-inventory', 'charge-payment', 'reserve-inventory'],
};

describe('An order that was begun before a deploy', () => {
  let database: TestDatabase;
  let app: FulfillmentApp;
  const orders: { version: 1 | 2; postalCode: string; order: PlacedOrder }[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
    const before = await startFulfillmentApp({ sharedUrl: database.url });
    const place = async (placing: FulfillmentApp, version: 1 | 2) => {
      for (const postalCode of ['10115', 'REJECT']) {
        orders.push({ version, postalCode, order: await placing.place({ version, postalCode, ...large }) });
      }
    };
    await place(before, 1);
    await before.rest(orders.map(({ order }) => order));
    await before.close();
    // Another process, in which new orders take another version. What is begun from now on is begun with that.
    app = await startFulfillmentApp({ sharedUrl: database.url });
    await place(app, 2);
    await app.rest(orders.map(({ order }) => order));
    for (const { order } of orders) {
      const { status } = await app.operator.post(`/v1/orders/${order.id}/approve`, { reason: 'Known.' });
      expect(status).toBe(202);
    }
    for (const { order, postalCode } of orders) {
      await app.until(order, postalCode === 'REJECT' ? 'compensated' : 'completed');
    }
  }, 60_000);
  afterAll(async () => {
    await app.close();
    await database.drop();
  });

  const unitsOf = (journal: readonly Entry[], kind: 'intended' | 'succeeded', role: string) =>
    journal.flatMap((entry) => (entry.kind === kind && entry.unit.role === role ? [entry.unit.name] : []));
  const find = (version: 1 | 2, postalCode: string) =>
    orders.find((one) => one.version === version && one.postalCode === postalCode)!.order;

  it.each([1, 2] as const)('keeps its version %i, its order of steps and of undoing', async (version) => {
    const done = await app.saga(find(version, '10115'));
    expect(done.row.version).toBe(version);
    expect(unitsOf(done.journal, 'intended', 'action')).toEqual([...forwards[version], 'confirm-order']);
    const undone = await app.saga(find(version, 'REJECT'));
    expect(unitsOf(undone.journal, 'intended', 'action')).toEqual(forwards[version]);
    expect(unitsOf(undone.journal, 'succeeded', 'compensation')).toEqual(back[version]);
  });

  it.each([1, 2] as const)('shows its version %i to clients and operators', async (version) => {
    const { id } = find(version, '10115');
    const order = await app.http.get<{ fulfillment: unknown }>(`/v1/orders/${id}`);
    expect(order.body.fulfillment).toMatchObject({ definition: 'order-fulfillment', version });
    const list = `/v1/admin/sagas?correlationId=${id}&definition=order-fulfillment`;
    const sagas = await app.operator.get<{ items: unknown[] }>(list);
    expect(sagas.body.items).toMatchObject([{ version }]);
  });

  it('stands beside the others with clean books', async () => {
    expect(await app.findings(orders.map(({ order }) => order))).toEqual([]);
  });
});
