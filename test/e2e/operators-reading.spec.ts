import type { JournalEntry, Page, Saga } from './contract.js';
import { Shop } from './shop.js';

const unknownSaga = '01980b5e-2c4a-7c3e-9f6d-3a1b2c4d5e6f';

describe('operators', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open();
  }, 60_000);
  afterAll(() => shop.close());

  const act = (saga: { id: string }, action: string) =>
    shop.operator.post<Saga>(`/v1/admin/sagas/${saga.id}/${action}`, { reason: 'Rehearsal.' });

  it('pause a saga, and nothing new is begun until they resume it', async () => {
    const order = await shop.place({ paymentMethod: 'pm_card_flaky' });
    const saga = await shop.until(async () => {
      const seen = await shop.saga(order.id);
      expect(seen.cause).not.toBeNull();
      return seen;
    });
    expect((await act(saga, 'pause')).body.status).toBe('paused');
    expect((await act(saga, 'resume')).status).toBe(200);
    expect((await shop.settled(order.id)).status).toBe('confirmed');
  });

  it('compare two versions of a definition', async () => {
    const path = '/v1/admin/saga-definitions/order-fulfillment/diff';
    const diff = await shop.succeed(
      shop.operator.get<Record<'added' | 'removed', { step: string }[]> & { text: string }>(
        `${path}?from=1&to=2`,
      ),
    );
    expect(diff.added.map(({ step }) => step)).toEqual(['reserve-inventory', 'commit-inventory']);
    expect(diff.removed.map(({ step }) => step)).toEqual(['reserve-and-commit-inventory']);
    expect(diff).toMatchObject({ moved: [], changed: [], others: [] });
    expect(diff.text.split('\n')[0]).toBe('order-fulfillment v1 → v2');
    expect(await shop.operator.get(`${path}?from=1&to=9`)).toMatchObject({
      status: 404,
      body: { code: 'SAGA.DEFINITION_NOT_FOUND' },
    });
    expect(await shop.operator.get(`${path}?from=1`)).toMatchObject({ status: 400 });
  });

  it('page through sagas and journals', async () => {
    const orders = [await shop.settle(), await shop.settle({ postalCode: 'REJECT' }), await shop.settle()];
    const all = await shop.all<{ id: string }>('/v1/admin/sagas', shop.operator, 2);
    expect(all.length).toBeGreaterThanOrEqual(orders.length);
    expect(all.map(({ id }) => id)).toEqual([...new Set(all.map(({ id }) => id))].sort().reverse());
    const { id } = await shop.saga(orders[0]!.id);
    const whole = await shop.all<JournalEntry>(`/v1/admin/sagas/${id}/journal`);
    expect(await shop.all<JournalEntry>(`/v1/admin/sagas/${id}/journal`, shop.operator, 4)).toEqual(whole);
    expect((await shop.operator.get(`/v1/admin/sagas/${unknownSaga}/journal`)).status).toBe(404);
  });

  it('read which definitions there are', async () => {
    const { items } = await shop.succeed(
      shop.operator.get<Page<{ name: string; versions: { version: number }[] }>>(
        '/v1/admin/saga-definitions',
      ),
    );
    expect(items.map(({ name }) => name)).toEqual([
      'cancel-late-booking',
      'order-fulfillment',
      'order-tracking',
      'return-late-charge',
    ]);
    expect(items[1]?.versions.map(({ version }) => version).sort()).toEqual([1, 2]);
    const path = '/v1/admin/saga-definitions/order-fulfillment/versions/2';
    const version = await shop.succeed(shop.operator.get<{ steps: { name: string }[] }>(path));
    expect(version.steps.map(({ name }) => name)).toEqual([
      'validate-order',
      'review-order',
      'reserve-inventory',
      'charge-payment',
      'commit-inventory',
      'arrange-shipping',
      'confirm-order',
    ]);
  });
});
