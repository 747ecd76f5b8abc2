import { jest } from '@jest/globals';
import { CommandBus } from '@nestjs/cqrs';
import { OrderPlaced } from '../../src/orders/contracts/order-events.js';
import { PlaceOrders } from '../../src/orders/application/place-orders.js';
import { OrderReader } from '../../src/orders/application/order-reader.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { type OrdersApp, startOrdersApp, wish } from './orders-app.js';

let orders: OrdersApp;
beforeAll(async () => {
  orders = await startOrdersApp();
  orders.catalogue.add('SKU-1', 1999);
  orders.catalogue.add('SKU-2', 1);
  orders.catalogue.add('SKU-USD', 500, 'USD');
  orders.catalogue.add('SKU-HUGE', Number.MAX_SAFE_INTEGER);
});
afterAll(() => orders.close());

const place = (...wishes: ReturnType<typeof wish>[]) =>
  orders.get(CommandBus).execute(new PlaceOrders(wishes));
const count = async (table: string) => {
  const [row] = await orders.dataSource.query<{ n: number }[]>(`SELECT count(*)::int AS n FROM ${table}`);
  return row?.n;
};

describe('placing orders', () => {
  it('captures names and prices, starts the fulfillment and says so, in one go', async () => {
    const [placement] = await place(
      wish({
        lines: [
          { sku: 'SKU-1', quantity: 2 },
          { sku: 'SKU-2', quantity: 3 },
        ],
      }),
    );
    if (!placement || !('order' in placement)) throw new Error('It was refused.');
    const { id } = placement.order;

    orders.catalogue.add('SKU-2', 77);
    expect(await orders.get(OrderReader).one(id)).toMatchObject({
      id,
      status: 'pending',
      version: 1,
      totalAmount: 4001,
      lines: [
        { sku: 'SKU-1', name: 'Product SKU-1', quantity: 2, unitAmount: 1999 },
        { sku: 'SKU-2', name: 'Product SKU-2', quantity: 3, unitAmount: 1 },
      ],
      failure: null,
      fulfillment: { definition: 'order-fulfillment' },
    });
    expect(orders.fulfillments.started.at(-1)).toEqual({
      orderId: id,
      customerId: 'c-42',
      totalAmount: 4001,
      currency: 'EUR',
      paymentMethod: 'pm_card_visa',
      lines: [
        { sku: 'SKU-1', quantity: 2 },
        { sku: 'SKU-2', quantity: 3 },
      ],
      trace: null,
    });
    expect(orders.events.at(-1)).toEqual(
      new OrderPlaced({ orderId: id, customerId: 'c-42', totalAmount: 4001, currency: 'EUR' }),
    );
    orders.catalogue.add('SKU-2', 1);
  });

  it('writes a thousand orders with one statement', async () => {
    const before = await count('orders."order"');
    const query = jest.spyOn(orders.get(UnitOfWork), 'query');
    const placements = await place(...Array.from({ length: 1000 }, () => wish()));
    expect(query).toHaveBeenCalledTimes(1);
    query.mockRestore();
    expect(placements).toHaveLength(1000);
    expect(await count('orders."order"')).toBe(before! + 1000);
  });

  it('refuses an order with unknown products, names them all, and takes the others', async () => {
    const before = await count('orders."order"');
    const nowhere = [
      { sku: 'NO-1', quantity: 1 },
      { sku: 'SKU-1', quantity: 1 },
      { sku: 'NO-2', quantity: 1 },
    ];
    const [refused, taken] = await place(wish({ lines: nowhere }), wish());
    expect(refused).toMatchObject({
      refusal: {
        code: 'ORDERS.UNKNOWN_SKU',
        details: { violations: [{ pointer: '/lines/0/sku' }, { pointer: '/lines/2/sku' }] },
      },
    });
    expect(taken).toHaveProperty('order');
    expect(await count('orders."order"')).toBe(before! + 1);
  });

  it('refuses a total that cannot be counted exactly', async () => {
    const [placement] = await place(wish({ lines: [{ sku: 'SKU-HUGE', quantity: 2 }] }));
    expect(placement).toMatchObject({ refusal: { code: 'ORDERS.TOTAL_TOO_LARGE' } });
  });

  it('takes the largest total that can be counted exactly, and gives it back unchanged', async () => {
    const [placement] = await place(wish({ lines: [{ sku: 'SKU-HUGE', quantity: 1 }] }));
    if (!placement || !('order' in placement)) throw new Error('It was refused.');
    const order = await orders.get(OrderReader).one(placement.order.id);
    expect(order.totalAmount).toBe(Number.MAX_SAFE_INTEGER);
  });

  it('leaves a wrong currency to the first step of the fulfillment', async () => {
    const [placement] = await place(wish({ lines: [{ sku: 'SKU-USD', quantity: 1 }] }));
    expect(placement).toHaveProperty('order');
  });

  it('leaves no order behind whose fulfillment could not be started', async () => {
    const before = [await count('orders."order"'), await count('orders.order_sku')];
    orders.fulfillments.failToStart = true;
    await expect(place(wish())).rejects.toThrow('No fulfillment');
    orders.fulfillments.failToStart = false;
    expect([await count('orders."order"'), await count('orders.order_sku')]).toEqual(before);
  });

  it('joins the unit of work of its caller', async () => {
    const before = await count('orders."order"');
    const work = orders.get(UnitOfWork).run(async () => {
      await place(wish());
      throw new Error('The caller changed its mind.');
    });
    await expect(work).rejects.toThrow('changed its mind');
    expect(await count('orders."order"')).toBe(before);
  });
});
