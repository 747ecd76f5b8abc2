import type { BatchAnswer, Order, Problem } from './contract.js';
import { anOrder, mistakes, Shop } from './shop.js';

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('placing orders', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open();
  }, 60_000);
  afterAll(() => shop.close());

  it('answers 202 with the order, its place, and prices from the catalogue', async () => {
    const sku = await shop.newProduct({ unitAmount: 1_250 });
    const { status, headers, body } = await shop.client.post<Order>('/v1/orders', anOrder({ sku }));
    expect(status).toBe(202);
    expect(headers.get('location')).toBe(`/v1/orders/${body.id}`);
    expect(body).toMatchObject({
      ...anOrder({ sku }),
      id: expect.stringMatching(UUID_V7) as unknown,
      status: 'pending',
      totalAmount: 2_500,
      lines: [{ sku, name: 'Thing', quantity: 2, unitAmount: 1_250 }],
      failure: null,
      fulfillment: { definition: 'order-fulfillment', version: 2 },
      version: 1,
    });
    expect(new Date(body.createdAt).toISOString()).toBe(body.createdAt);
  });

  it('carries a good order to the end: stock taken, money taken, parcel booked, each once', async () => {
    const sku = await shop.newProduct({ unitAmount: 700, stock: 10 });
    const order = await shop.settle({ sku, quantity: 3 });
    expect(order).toMatchObject({ status: 'confirmed', failure: null });
    expect(order.fulfillment).toEqual({
      definition: 'order-fulfillment',
      version: 2,
      status: 'completed',
      currentStep: null,
    });
    expect(await shop.stock(sku)).toEqual({ onHand: 7, reserved: 0, available: 7 });
    const [payment] = await shop.payments(order.id);
    expect(payment).toMatchObject({ status: 'charged', amount: 2_100, refundedAmount: 0, currency: 'EUR' });
    expect(await shop.charges(order.id)).toMatchObject([{ reference: payment!.id, amount: 2_100 }]);
    const [shipment] = await shop.shipments(order.id);
    expect(shipment).toMatchObject({ status: 'booked', carrier: 'sandbox' });
    expect(await shop.bookings(order.id)).toMatchObject([
      { reference: shipment!.id, status: 'booked', trackingNumber: shipment!.trackingNumber },
    ]);
    expect(await shop.order(order.id)).toEqual(order);
  });

  it('keeps the price at which it was placed', async () => {
    const sku = await shop.newProduct({ unitAmount: 100 });
    const order = await shop.settle({ sku });
    await shop.operator.put(`/v1/products/${sku}`, { name: 'Dearer', unitAmount: 999, currency: 'EUR' });
    expect((await shop.order(order.id)).lines).toMatchObject([{ name: 'Thing', unitAmount: 100 }]);
  });

  it('refuses a SKU that is not in the catalogue at once', async () => {
    const lines = [
      { sku: 'SKU-1', quantity: 1 },
      { sku: 'NO-SUCH', quantity: 1 },
    ];
    const answer = await shop.client.post<Problem>('/v1/orders', anOrder({ lines }));
    expect(answer).toMatchObject({ status: 422, body: { code: 'ORDERS.UNKNOWN_SKU' } });
    expect(mistakes(answer)).toEqual(['/lines/1/sku ORDERS.UNKNOWN_SKU']);
  });

  it('rejects an order whose total is not above zero, and does nothing after validation', async () => {
    const sku = await shop.newProduct({ unitAmount: 0 });
    const order = await shop.settle({ sku });
    expect(order).toMatchObject({ status: 'rejected', failure: { code: 'ORDERS.TOTAL_NOT_POSITIVE' } });
    expect(order.fulfillment.status).toBe('compensated');
    const { steps, cause } = await shop.saga(order.id);
    expect(cause).toMatchObject({ step: 'validate-order', code: 'ORDERS.TOTAL_NOT_POSITIVE' });
    expect(steps.filter(({ status }) => status !== 'pending').map(({ name }) => name)).toEqual([
      'validate-order',
    ]);
    expect(await shop.stock(sku)).toEqual({ onHand: 100, reserved: 0, available: 100 });
    expect(await shop.payments(order.id)).toEqual([]);
    expect(await shop.shipments(order.id)).toEqual([]);
  });

  it('reports several broken rules together', async () => {
    const free = await shop.newProduct({ unitAmount: 0, currency: 'USD' });
    const order = await shop.settle({ sku: free });
    expect(order).toMatchObject({ status: 'rejected', failure: { code: 'ORDERS.INVALID' } });
    expect(order.failure?.message).toContain('more than zero');
    expect(order.failure?.message).toContain('not in EUR');
  });

  it('cancels an order for more than there is, and takes nothing', async () => {
    const sku = await shop.newProduct({ stock: 1 });
    const order = await shop.settle({ sku, quantity: 2 });
    expect(order).toMatchObject({ status: 'cancelled', failure: { code: 'INVENTORY.OUT_OF_STOCK' } });
    expect(await shop.stock(sku)).toEqual({ onHand: 1, reserved: 0, available: 1 });
    expect(await shop.payments(order.id)).toEqual([]);
  });

  it('never sells more than there is to buyers who come at once', async () => {
    const sku = await shop.newProduct({ stock: 5 });
    const orders = await Promise.all(Array.from({ length: 12 }, () => shop.settle({ sku, quantity: 1 })));
    const statuses = orders.map(({ status }) => status).sort();
    expect(statuses).toEqual([...Array<string>(7).fill('cancelled'), ...Array<string>(5).fill('confirmed')]);
    expect(await shop.stock(sku)).toEqual({ onHand: 0, reserved: 0, available: 0 });
  });

  describe('with Prefer: wait', () => {
    it('answers when the order is settled', async () => {
      const request = { headers: { Prefer: 'wait=30' } };
      const { status, headers, body } = await shop.client.post<Order>('/v1/orders', anOrder(), request);
      expect(status).toBe(202);
      expect(headers.get('preference-applied')).toBe('wait=30');
      expect(body.status).toBe('confirmed');
    });

    it('answers with what there is when the time is up', async () => {
      const wishes = { paymentMethod: 'pm_card_bank' }; // The bank takes five seconds.
      const order = await shop.place(wishes, { headers: { Prefer: 'wait=1' } });
      expect(order.status).toBe('pending');
      expect((await shop.settled(order.id)).status).toBe('confirmed');
    });

    it('answers with the failure, too', async () => {
      const order = await shop.settle({ paymentMethod: 'pm_card_declined' });
      expect(order).toMatchObject({ status: 'cancelled', failure: { code: 'BILLING.CARD_DECLINED' } });
    });
  });

  describe('in a batch', () => {
    it('gives each order its own answer, and one bad order does not stop the others', async () => {
      const sku = await shop.newProduct();
      const good = anOrder({ sku, quantity: 1 });
      const orders = [good, { ...good, lines: [] }, anOrder({ sku: 'NO-SUCH' }), good];
      const { status, body } = await shop.client.post<BatchAnswer>('/v1/orders/batch', { orders });
      expect(status).toBe(207);
      expect(body.items).toMatchObject([
        { index: 0, status: 202, order: { totalAmount: 1_000 } },
        { index: 1, status: 400, problem: { code: 'HTTP.VALIDATION' } },
        { index: 2, status: 422, problem: { code: 'ORDERS.UNKNOWN_SKU' } },
        { index: 3, status: 202, order: { totalAmount: 1_000 } },
      ]);
      expect(body.items[1]?.problem?.errors).toMatchObject([{ pointer: '/orders/1/lines' }]);
      expect(body.items[2]?.problem?.errors).toMatchObject([{ pointer: '/orders/2/lines/0/sku' }]);
      for (const { order } of body.items) {
        if (order) expect((await shop.settled(order.id)).status).toBe('confirmed');
      }
      expect((await shop.stock(sku)).onHand).toBe(98);
    });

    it.each([[{}], [{ orders: [] }], [{ orders: Array(1_001).fill(anOrder()) }], [[]]])(
      'is refused as a whole when it is no batch of 1 to 1,000',
      async (body) => {
        const answer = await shop.client.post<Problem>('/v1/orders/batch', body);
        expect(answer).toMatchObject({ status: 400, body: { code: 'HTTP.VALIDATION' } });
      },
    );
  });
});
