import { Shop } from './shop.js';

describe('the tracking of an order', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open({ SANDBOX_TRACKING: 'on' });
  }, 60_000);
  afterAll(() => shop.close());

  const statuses = async (id: string): Promise<string[]> => {
    const { body } = await shop.client.get<{ items: { kind: string; text: string }[] }>(
      `/v1/orders/${id}/timeline`,
    );
    return body.items.filter(({ kind }) => kind === 'status').map(({ text }) => text);
  };
  const becomes = (id: string, status: string) =>
    shop.until(async () => expect((await shop.order(id)).status).toBe(status));

  it('begins when the order is confirmed, and moves it through shipped to delivered', async () => {
    const order = await shop.settle();
    const tracking = await shop.saga(order.id, 'order-tracking');
    expect(tracking).toMatchObject({ definition: 'order-tracking', version: 1, correlationId: order.id });

    await becomes(order.id, 'delivered');
    expect(await statuses(order.id)).toEqual([
      'We have received your order.',
      'Your order is confirmed.',
      'Your order is on its way.',
      'Your order has been delivered.',
    ]);
    await shop.until(async () =>
      expect((await shop.saga(order.id, 'order-tracking')).status).toBe('completed'),
    );
  }, 60_000);

  it('is not begun for an order that does not come about', async () => {
    const order = await shop.settle({ paymentMethod: 'pm_card_declined' });
    const path = `/v1/admin/sagas?correlationId=${order.id}&definition=order-tracking`;
    expect((await shop.operator.get<{ items: unknown[] }>(path)).body.items).toEqual([]);
  });
});
