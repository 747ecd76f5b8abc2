import { CommandBus } from '@nestjs/cqrs';
import type { OrderView } from '../../src/orders/application/order-view.js';
import { ConfirmOrder } from '../../src/orders/contracts/order-commands.js';
import { eventually } from '../support/eventually.js';
import { ADDRESS, type OrdersApp, startOrdersApp, wish } from './orders-app.js';

interface ProblemBody {
  code: string;
  errors?: { pointer: string; code: string }[];
}

let orders: OrdersApp;
beforeAll(async () => {
  orders = await startOrdersApp();
  for (const sku of ['SKU-1', 'SKU-2', 'SKU-3']) orders.catalogue.add(sku, 1999);
});
afterAll(() => orders.close());

const NOWHERE = '01980b5e-2c4a-7c3e-9f6d-3a1b2c4d5e6f';
const confirm = (orderId: string) => orders.get(CommandBus).execute(new ConfirmOrder({ orderId }));

async function place(more: Record<string, unknown> = {}): Promise<OrderView> {
  const { status, body } = await orders.http.post<OrderView>('/v1/orders', wish(more));
  expect(status).toBe(202);
  return body;
}

describe('POST /v1/orders', () => {
  it('takes an order and tells where it is', async () => {
    const { status, headers, body } = await orders.http.post<OrderView>('/v1/orders', wish());
    expect(status).toBe(202);
    expect(headers.get('location')).toBe(`/v1/orders/${body.id}`);
    const { createdAt } = body;
    expect(body).toEqual({
      id: body.id,
      status: 'pending',
      ...wish({ lines: [{ sku: 'SKU-1', name: 'Product SKU-1', quantity: 2, unitAmount: 1999 }] }),
      totalAmount: 3998,
      failure: null,
      fulfillment: {
        definition: 'order-fulfillment',
        version: 2,
        status: 'running',
        currentStep: 'validate-order',
      },
      createdAt,
      updatedAt: createdAt,
      version: 1,
    });
    expect((await orders.http.get<OrderView>(`/v1/orders/${body.id}`)).body).toEqual(body);
  });

  it('answers 422 for unknown products, with a pointer to each', async () => {
    const lines = [
      { sku: 'SKU-1', quantity: 1 },
      { sku: 'NO-1', quantity: 1 },
    ];
    const { status, body } = await orders.http.post<ProblemBody>('/v1/orders', wish({ lines }));
    expect(status).toBe(422);
    expect(body).toMatchObject({ code: 'ORDERS.UNKNOWN_SKU', errors: [{ pointer: '/lines/1/sku' }] });
  });

  it.each([
    ['/customerId', { customerId: ' ' }],
    ['/currency', { currency: 'eur' }],
    ['/lines', { lines: [] }],
    ['/lines/0/quantity', { lines: [{ sku: 'SKU-1', quantity: 0 }] }],
    ['/lines/0/quantity', { lines: [{ sku: 'SKU-1', quantity: 10_001 }] }],
    ['/lines/0/quantity', { lines: [{ sku: 'SKU-1', quantity: 1.5 }] }],
    ['/lines/0/price', { lines: [{ sku: 'SKU-1', quantity: 1, price: 1 }] }],
    ['/paymentMethod', { paymentMethod: '4242424242424242' }],
    ['/shippingAddress/country', { shippingAddress: { ...ADDRESS, country: 'Germany' } }],
    ['/shippingAddress/city', { shippingAddress: { ...ADDRESS, city: undefined } }],
    ['/note', { note: 'x' }],
  ])('answers 400 at %s for %j', async (pointer, more) => {
    const { status, body } = await orders.http.post<ProblemBody>('/v1/orders', wish(more));
    expect(status).toBe(400);
    expect(body.errors?.map((error) => error.pointer)).toEqual([pointer]);
  });

  it('waits for the end when the client prefers that', async () => {
    const waiting = orders.http.post<OrderView>('/v1/orders', wish({ customerId: 'patient' }), {
      headers: { prefer: 'wait=20' },
    });
    const { id } = await eventually(async () => {
      const { body } = await orders.http.get<{ items: OrderView[] }>('/v1/orders?customerId=patient');
      expect(body.items).toHaveLength(1);
      return body.items[0]!;
    });
    await confirm(id);
    expect(await waiting).toMatchObject({ status: 202, body: { id, status: 'confirmed', version: 2 } });
  });

  it('takes one order, however often it comes with the same key', async () => {
    const again = () =>
      orders.http.post<OrderView>('/v1/orders', wish({ customerId: 'c-again' }), {
        headers: { 'idempotency-key': 'order-1' },
      });
    const [first, second] = [await again(), await again()];
    expect(second).toMatchObject({ status: 202, body: first.body });
    expect(second.headers.get('location')).toBe(first.headers.get('location'));
    const { body } = await orders.http.get<{ items: OrderView[] }>('/v1/orders?customerId=c-again');
    expect(body.items).toHaveLength(1);
  });

  it('takes an address without line2', async () => {
    const { line2: _, ...address } = ADDRESS;
    expect((await place({ shippingAddress: address })).shippingAddress).toEqual(ADDRESS);
  });
});

describe('POST /v1/orders/batch', () => {
  it('takes the good ones in one commit, whatever is wrong with the others', async () => {
    const batch = [
      wish(),
      wish({ currency: 'eur' }),
      wish({ lines: [{ sku: 'NO-1', quantity: 1 }] }),
      null,
      wish({ customerId: 'c\u0007' }),
      wish({ customerId: 'c-43' }),
    ];
    const { status, body } = await orders.http.post<{
      items: { index: number; status: number; order?: OrderView; problem?: ProblemBody }[];
    }>('/v1/orders/batch', { orders: batch });
    expect(status).toBe(207);
    expect(body.items.map((item) => [item.index, item.status])).toEqual([
      [0, 202],
      [1, 400],
      [2, 422],
      [3, 400],
      [4, 400],
      [5, 202],
    ]);
    expect(body.items[5]?.order).toMatchObject({ customerId: 'c-43', status: 'pending' });
    expect(body.items[1]?.problem).toMatchObject({ errors: [{ pointer: '/orders/1/currency' }] });
    expect(body.items[2]?.problem).toMatchObject({
      code: 'ORDERS.UNKNOWN_SKU',
      errors: [{ pointer: '/orders/2/lines/0/sku' }],
    });
    const { id } = body.items[0]!.order!;
    expect((await orders.http.get(`/v1/orders/${id}`)).status).toBe(200);
  });

  it('answers 207 also when nothing of it is good', async () => {
    const { status } = await orders.http.post('/v1/orders/batch', { orders: [{}] });
    expect(status).toBe(207);
  });

  it.each([[{}], [{ orders: [] }], [{ orders: 'x' }]])('answers 400 for %j', async (body) => {
    expect((await orders.http.post('/v1/orders/batch', body)).status).toBe(400);
  });
});

describe('roles', () => {
  it.each([
    ['demo-operator', 'POST', '/v1/orders', 403],
    ['demo-operator', 'GET', '/v1/orders', 200],
    ['demo-client', 'POST', `/v1/orders/${NOWHERE}/approve`, 403],
    ['demo-operator', 'POST', `/v1/orders/${NOWHERE}/cancel`, 403],
    ['demo-operator', 'DELETE', '/v1/customers/c-1/personal-data', 403],
    ['demo-client', 'DELETE', '/v1/customers/c-1/personal-data', 403],
  ])('%s may %s %s: %i', async (key, method, path, status) => {
    const caller = orders.http.as(key);
    const answer =
      method === 'GET'
        ? await caller.get(path)
        : method === 'POST'
          ? await caller.post(path, wish())
          : await caller.delete(path);
    expect(answer.status).toBe(status);
  });
});

describe('GET /v1/orders/{id}', () => {
  it('answers 404 for an unknown order and 400 for a bad id', async () => {
    expect(await orders.http.get(`/v1/orders/${NOWHERE}`)).toMatchObject({
      status: 404,
      body: { code: 'ORDERS.NOT_FOUND' },
    });
    expect((await orders.http.get('/v1/orders/42')).status).toBe(400);
  });
});

describe('GET /v1/orders', () => {
  const list = (query: string) =>
    orders.http.get<{ items: OrderView[]; nextCursor: string | null }>(`/v1/orders?${query}`);
  const ids = async (query: string) => (await list(query)).body.items.map((order) => order.id);

  it('pages from new to old, and orders that come in between change nothing', async () => {
    const customerId = 'pager';
    const placed: string[] = [];
    for (let i = 0; i < 5; i++) placed.push((await place({ customerId })).id);
    const first = await list(`customerId=${customerId}&limit=2`);
    await place({ customerId });
    const second = await list(`customerId=${customerId}&limit=2&cursor=${first.body.nextCursor}`);
    const third = await list(`customerId=${customerId}&limit=2&cursor=${second.body.nextCursor}`);
    const seen = [first, second, third].flatMap(({ body }) => body.items.map((order) => order.id));
    expect(seen).toEqual(placed.reverse());
    expect(third.body.nextCursor).toBeNull();
  });

  it('filters by status, customer, product and time, and by all of them', async () => {
    const customerId = 'filterer';
    const old = await place({ customerId, lines: [{ sku: 'SKU-2', quantity: 1 }] });
    const middle = await place({
      customerId,
      lines: [
        { sku: 'SKU-2', quantity: 1 },
        { sku: 'SKU-3', quantity: 1 },
      ],
    });
    const last = await place({ customerId });
    await confirm(middle.id);
    const mine = `customerId=${customerId}`;
    expect(await ids(mine)).toEqual([last.id, middle.id, old.id]);
    expect(await ids(`${mine}&sku=SKU-2`)).toEqual([middle.id, old.id]);
    expect(await ids(`${mine}&sku=SKU-2&limit=1`)).toEqual([middle.id]);
    expect(await ids(`${mine}&sku=SKU-3&status=confirmed`)).toEqual([middle.id]);
    expect(await ids(`${mine}&status=pending`)).toEqual([last.id, old.id]);
    expect(await ids(`${mine}&createdAfter=${old.createdAt}`)).not.toContain(old.id);
    expect(await ids(`${mine}&createdBefore=${last.createdAt}`)).not.toContain(last.id);
    const both = `createdAfter=${old.createdAt}&createdBefore=2999-01-01T00:00:00Z&sku=SKU-2&status=confirmed`;
    expect(await ids(`${mine}&${both}`)).toEqual(middle.createdAt === old.createdAt ? [] : [middle.id]);
  });

  it.each(['status=open', 'limit=0', 'limit=201', 'cursor=x', 'createdAfter=yesterday', 'colour=red'])(
    'answers 400 for ?%s',
    async (query) => {
      expect((await list(query)).status).toBe(400);
    },
  );
});
