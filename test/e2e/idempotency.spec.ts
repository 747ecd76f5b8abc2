import { randomUUID } from 'node:crypto';
import type { BatchAnswer, Order, Problem } from './contract.js';
import { anOrder, Shop } from './shop.js';

const withKey = (key: string = randomUUID(), more: Record<string, string> = {}) => ({
  headers: { 'Idempotency-Key': key, ...more },
});

describe('the Idempotency-Key', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open();
  }, 60_000);
  afterAll(() => shop.close());

  const ordersOf = (customerId: string) => shop.all<Order>(`/v1/orders?customerId=${customerId}`);
  const aCustomer = () => `c-${randomUUID()}`;

  it('answers the same request again as it did first, and nothing happens twice', async () => {
    const customerId = aCustomer();
    const sku = await shop.newProduct();
    const request = withKey();
    const body = anOrder({ customerId, sku });
    const first = await shop.client.post<Order>('/v1/orders', body, request);
    await shop.settled(first.body.id);
    const again = await shop.client.post<Order>('/v1/orders', body, request);
    expect(again.status).toBe(202);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('location')).toBe(first.headers.get('location'));
    expect(first.headers.get('idempotency-replayed')).toBeNull();
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(await ordersOf(customerId)).toHaveLength(1);
    expect((await shop.stock(sku)).onHand).toBe(98);
  });

  it('knows the same body by what it says, not by how it is written', async () => {
    const request = withKey();
    const body = anOrder({ customerId: aCustomer() });
    const first = await shop.client.post<Order>('/v1/orders', body, request);
    const reordered = Object.fromEntries(Object.entries(body).reverse());
    const again = await shop.client.post<Order>('/v1/orders', JSON.stringify(reordered, null, 2), {
      headers: { ...request.headers, 'content-type': 'application/json' },
    });
    expect(again.body.id).toBe(first.body.id);
  });

  it('refuses another request with 422', async () => {
    const customerId = aCustomer();
    const request = withKey();
    await shop.client.post('/v1/orders', anOrder({ customerId }), request);
    const other = await shop.client.post<Problem>(
      '/v1/orders',
      anOrder({ customerId, quantity: 3 }),
      request,
    );
    expect(other).toMatchObject({ status: 422, body: { code: 'IDEMPOTENCY.MISMATCH' } });
    const elsewhere = await shop.client.post<Problem>(
      '/v1/orders/batch',
      { orders: [anOrder({ customerId })] },
      request,
    );
    expect(elsewhere).toMatchObject({ status: 422, body: { code: 'IDEMPOTENCY.MISMATCH' } });
    expect(await ordersOf(customerId)).toHaveLength(1);
  });

  it('says 409 while the first request is still running', async () => {
    const customerId = aCustomer();
    const request = withKey();
    const body = { orders: Array.from({ length: 400 }, () => anOrder({ customerId })) };
    const answers = await Promise.all(
      [1, 2].map(() => shop.client.post<BatchAnswer & Problem>('/v1/orders/batch', body, request)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([207, 409]);
    const refused = answers.find(({ status }) => status === 409);
    expect(refused?.body.code).toBe('IDEMPOTENCY.IN_PROGRESS');
    expect(refused?.headers.get('retry-after')).toMatch(/^\d+$/);
    const later = await shop.client.post<BatchAnswer>('/v1/orders/batch', body, request);
    expect(later.headers.get('idempotency-replayed')).toBe('true');
    expect(await ordersOf(customerId)).toHaveLength(400);
  }, 60_000);

  it('makes one order of many requests at once', async () => {
    const customerId = aCustomer();
    const request = withKey();
    const send = () => shop.client.post<Order>('/v1/orders', anOrder({ customerId }), request);
    const answers = await Promise.all(Array.from({ length: 8 }, send));
    for (const { status } of answers) expect([202, 409]).toContain(status);
    const ids = new Set(answers.filter(({ status }) => status === 202).map(({ body }) => body.id));
    expect(ids.size).toBe(1);
    expect(await ordersOf(customerId)).toHaveLength(1);
  });

  it('belongs to the API key that sent it', async () => {
    const request = withKey();
    const body = { quantity: 1, reason: 'delivery' };
    const path = `/v1/products/${await shop.newProduct({ stock: 0 })}/stock-adjustments`;
    const [first, other] = [
      await shop.operator.post<{ id: string }>(path, body, request),
      await shop.supervisor.post<{ id: string }>(path, body, request),
    ];
    expect([first.status, other.status]).toEqual([201, 201]);
    expect(other.headers.get('idempotency-replayed')).toBeNull();
    expect(other.body.id).not.toBe(first.body.id);
  });

  it('is not used up by a request that failed validation', async () => {
    const request = withKey();
    const wrong = await shop.client.post('/v1/orders', { ...anOrder(), lines: [] }, request);
    expect(wrong.status).toBe(400);
    const right = await shop.client.post<Order>('/v1/orders', anOrder(), request);
    expect(right.status).toBe(202);
    expect(right.headers.get('idempotency-replayed')).toBeNull();
  });

  it('keeps a refusal of the business, too', async () => {
    const request = withKey();
    const body = anOrder({ sku: `T-${randomUUID()}` });
    const first = await shop.client.post<Problem>('/v1/orders', body, request);
    expect(first).toMatchObject({ status: 422, body: { code: 'ORDERS.UNKNOWN_SKU' } });
    await shop.operator.put(`/v1/products/${body.lines[0]!.sku}`, {
      name: 'Late',
      unitAmount: 1,
      currency: 'EUR',
    });
    const again = await shop.client.post<Problem>('/v1/orders', body, request);
    expect(again).toMatchObject({ status: 422, body: first.body });
    expect(again.headers.get('idempotency-replayed')).toBe('true');
  });

  it('lets a repeated request wait for the end, too', async () => {
    const key = randomUUID();
    const first = await shop.client.post<Order>('/v1/orders', anOrder(), withKey(key));
    const request = withKey(key, { Prefer: 'wait=30' });
    const again = await shop.client.post<Order>('/v1/orders', anOrder(), request);
    expect(again.body).toMatchObject({ id: first.body.id, status: 'confirmed' });
  });

  it('may be left out, and then nothing is the same', async () => {
    const customerId = aCustomer();
    await shop.place({ customerId });
    await shop.place({ customerId });
    expect(await ordersOf(customerId)).toHaveLength(2);
  });

  it('has at most 255 characters', async () => {
    const longest = await shop.client.post('/v1/orders', anOrder(), withKey('k'.repeat(255)));
    expect(longest.status).toBe(202);
    const tooLong = await shop.client.post<Problem>('/v1/orders', anOrder(), withKey('k'.repeat(256)));
    expect(tooLong).toMatchObject({ status: 400, body: { errors: [{ pointer: '/Idempotency-Key' }] } });
  });
});
