import { ChargePayment, RefundPayment } from '../../src/billing/contracts/billing-commands.js';
import { ArrangeShipping } from '../../src/shipping/contracts/shipping-commands.js';
import { startFulfillmentApp, type FulfillmentApp, type PlacedOrder } from './fulfillment-app.js';

interface Items<Item> {
  readonly items: readonly Item[];
}

/** Sagas have no isolation of their own. These are the countermeasures, by the anomaly that each of them keeps out. */
describe('Sagas that run beside each other', () => {
  let app: FulfillmentApp;

  beforeAll(async () => {
    app = await startFulfillmentApp();
  });
  afterAll(() => app.close());

  const get = async <Body>(path: string) => (await app.operator.get<Body>(path)).body;
  const stockOf = ({ sku }: { sku: string }) => get(`/v1/products/${sku}/stock`);
  const paymentsOf = async ({ id }: PlacedOrder) =>
    (await get<Items<{ status: string }>>(`/v1/payments?orderId=${id}`)).items;
  const shipmentsOf = async ({ id }: PlacedOrder) =>
    (await get<Items<{ status: string }>>(`/v1/shipments?orderId=${id}`)).items;
  const listed = async (path: string, { id }: PlacedOrder) => {
    const { items } = await get<Items<{ id?: string; orderId?: string }>>(path);
    return items.some((item) => item.id === id || item.orderId === id);
  };

  describe('lose no update', () => {
    it('of the stock they share: as many are confirmed as there are pieces', async () => {
      const sku = await app.newProduct(1_000, 10);
      const orders = await Promise.all(
        Array.from({ length: 25 }, (_, index) => app.place({ sku, quantity: 1, version: index % 2 ? 1 : 2 })),
      );
      await app.rest(orders);
      const ends = await Promise.all(orders.map((order) => app.order(order)));
      expect(ends.filter(({ status }) => status === 'confirmed')).toHaveLength(10);
      const others = ends.filter(({ status }) => status !== 'confirmed');
      expect(new Set(others.map(({ failure }) => failure?.code))).toEqual(
        new Set(['INVENTORY.OUT_OF_STOCK']),
      );
      expect(await stockOf({ sku })).toEqual({ onHand: 0, reserved: 0, available: 0 });
    });

    it('of an order: of a cancel and its confirmation one comes first, and the books follow it', async () => {
      const orders = await Promise.all(Array.from({ length: 20 }, () => app.place()));
      const cancel = ({ id }: PlacedOrder) =>
        app.http.post(`/v1/orders/${id}/cancel`, { reason: 'No more.' });
      await Promise.all(orders.map(cancel));
      await app.rest(orders);
      for (const order of orders)
        expect(['confirmed', 'cancelled']).toContain((await app.order(order)).status);
      expect(await app.findings(orders)).toEqual([]);
    });
  });

  describe('show what is not finished as what it is', () => {
    it('while the gateway is asked: held, not sold; pending, not paid; and nobody else may have it', async () => {
      const order = await app.place({
        faults: [{ command: ChargePayment, way: 'retryable', instant: 'before its effect' }],
      });
      await app.rest([order]);
      expect(await stockOf(order)).toEqual({ onHand: 3, reserved: 2, available: 1 });
      expect(await app.order(order)).toMatchObject({ status: 'pending', failure: null });
      expect(await paymentsOf(order)).toMatchObject([{ status: 'pending', refundedAmount: 0 }]);
      expect(await listed('/v1/orders?status=confirmed', order)).toBe(false);
      expect(await listed('/v1/orders?status=pending', order)).toBe(true);
      expect(await listed('/v1/sandbox/charges', order)).toBe(false);

      const other = await app.place({ sku: order.sku });
      await app.until(other, 'compensated');
      expect(await app.order(other)).toMatchObject({ failure: { code: 'INVENTORY.OUT_OF_STOCK' } });

      app.sabotage.heal(order.id);
      expect(await app.act(order, 'retry')).toBe(200);
      await app.until(order, 'completed');
    });

    it('while the carrier is asked: paid, requested, and still pending', async () => {
      const order = await app.place({
        faults: [{ command: ArrangeShipping, way: 'retryable', instant: 'before its effect' }],
      });
      await app.rest([order]);
      expect(await app.order(order)).toMatchObject({ status: 'pending' });
      expect(await paymentsOf(order)).toMatchObject([{ status: 'charged' }]);
      expect(await shipmentsOf(order)).toMatchObject([{ status: 'requested', trackingNumber: null }]);
      expect(await listed('/v1/sandbox/bookings', order)).toBe(false);
      app.sabotage.heal(order.id);
      expect(await app.act(order, 'retry')).toBe(200);
      await app.until(order, 'completed');
    });

    it('while it is undone: cancelling, with its reason, until the last effect is gone', async () => {
      const order = await app.place({
        postalCode: 'REJECT',
        faults: [{ command: RefundPayment, way: 'retryable', instant: 'before its effect' }],
      });
      await app.rest([order]);
      expect(await app.order(order)).toMatchObject({
        status: 'cancelling',
        failure: { code: 'SHIPPING.UNDELIVERABLE' },
      });
      expect(await paymentsOf(order)).toMatchObject([{ status: 'charged', refundedAmount: 0 }]);
      expect(await listed('/v1/orders?status=cancelled', order)).toBe(false);
      app.sabotage.heal(order.id);
      expect(await app.act(order, 'retry')).toBe(200);
      await app.until(order, 'compensated');
      expect(await paymentsOf(order)).toMatchObject([{ status: 'refunded', refundedAmount: 2_000 }]);
    });
  });

  describe('read what changes under them once', () => {
    it('name and price are the order’s own from its beginning: a later price changes neither total nor charge', async () => {
      const order = await app.place({
        faults: [{ command: ChargePayment, way: 'retryable', instant: 'before its effect' }],
      });
      await app.rest([order]);
      const product = { name: 'Dearer thing', unitAmount: 9_999, currency: 'EUR' };
      expect((await app.operator.put(`/v1/products/${order.sku}`, product)).status).toBe(200);
      app.sabotage.heal(order.id);
      expect(await app.act(order, 'retry')).toBe(200);
      await app.until(order, 'completed');
      expect(await app.order(order)).toMatchObject({
        totalAmount: 2_000,
        lines: [{ name: 'Thing', quantity: 2, unitAmount: 1_000 }],
      });
      expect((await app.world(order)).paid).toBe(2_000);
    });

    it('the address is the one that was valid when the carrier was asked, and does not change after that', async () => {
      const order = await app.place({
        faults: [{ command: ArrangeShipping, way: 'retryable', instant: 'before its effect' }],
      });
      await app.rest([order]);
      const path = `/v1/orders/${order.id}`;
      const { shippingAddress, version } = await get<{ shippingAddress: object; version: number }>(path);
      const moved = { shippingAddress: { ...shippingAddress, city: 'Bonn' } };
      const headers = { 'if-match': `"${version}"` };
      const refused = await app.http.patch<{ code: string }>(path, moved, { headers });
      expect(refused).toMatchObject({ status: 409, body: { code: 'ORDERS.TOO_LATE' } });
      app.sabotage.heal(order.id);
      expect(await app.act(order, 'retry')).toBe(200);
      await app.until(order, 'completed');
      const [{ city }] = await app.dataSource.query<[{ city: string }]>(
        'SELECT receiver_city AS city FROM shipping.shipment WHERE order_id = $1',
        [order.id],
      );
      expect(city).toBe('Berlin');
    });
  });
});
