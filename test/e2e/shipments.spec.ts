import type { Page, Shipment } from './contract.js';
import { Shop } from './shop.js';

describe('shipments', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open({ SANDBOX_TRACKING: 'on' });
  }, 60_000);
  afterAll(() => shop.close());

  it('are booked with a carrier, once an order', async () => {
    const order = await shop.settle();
    const [shipment, ...more] = await shop.shipments(order.id);
    expect(more).toEqual([]);
    expect(shipment).toMatchObject({ orderId: order.id, carrier: 'sandbox' });
    expect(await shop.bookings(order.id)).toMatchObject([{ trackingNumber: shipment!.trackingNumber }]);
  });

  it('travel when the sandbox tracks them: the carrier tells of each stop by itself', async () => {
    const order = await shop.settle();
    for (const status of ['booked', 'in_transit', 'delivered']) {
      await shop.until(async () => expect((await shop.shipments(order.id))[0]?.status).toBe(status));
    }
  }, 60_000);

  it('that the carrier refused have no tracking number', async () => {
    const order = await shop.settle({ postalCode: 'REJECT' });
    expect(await shop.shipments(order.id)).toMatchObject([{ status: 'failed', trackingNumber: null }]);
    expect(await shop.bookings(order.id)).toEqual([]);
  });

  it('are not made for an order that ends before', async () => {
    const order = await shop.settle({ paymentMethod: 'pm_card_declined' });
    expect(await shop.shipments(order.id)).toEqual([]);
  });

  it('are listed newest first, page by page', async () => {
    const orders = [await shop.settle(), await shop.settle(), await shop.settle()];
    const listed = await shop.all<Shipment>('/v1/shipments', shop.client, 2);
    expect(listed.slice(0, 3).map(({ orderId }) => orderId)).toEqual(orders.map(({ id }) => id).reverse());
    expect(new Set(listed.map(({ id }) => id)).size).toBe(listed.length);
    const none = '/v1/shipments?orderId=01980b5e-2c4a-7c3e-9f6d-3a1b2c4d5e6f';
    expect((await shop.client.get<Page<Shipment>>(none)).body).toEqual({ items: [], nextCursor: null });
  });
});
