import { connect } from 'node:net';
import type { HttpAnswer } from '../support/http-client.js';
import type { Problem } from './contract.js';
import { anOrder, Shop } from './shop.js';

const id = '01980b5e-2c4a-7c3e-9f6d-3a1b2c4d5e6f';
const json = { 'content-type': 'application/json' };

describe('nothing from outside becomes a 500', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open();
  }, 60_000);
  afterAll(() => shop.close());

  const post = (body: unknown, headers: Record<string, string> = json) =>
    shop.client.post<Problem>('/v1/orders', body, { headers });

  /** Texts that have broken servers before. */
  const texts = [
    '\0',
    'a\0b',
    '\ud800',
    '\udfff\ud800',
    '\u202e',
    '\u{10ffff}',
    "'; DROP TABLE orders.order; --",
    '${7*7}',
    '%n%s',
    '../../etc/passwd',
    'x'.repeat(100_000),
  ];
  const values: readonly unknown[] = [
    ...texts,
    null,
    true,
    -0,
    -1,
    1e308,
    2 ** 53,
    [],
    {},
    [[]],
    { toString: 1 },
  ];
  const sound = ({ status, body }: HttpAnswer<Problem>) => {
    expect(status).toBeLessThan(500);
    if (status >= 400) expect(JSON.stringify(body)).not.toMatch(/\bat \S+ \(|node_modules|SELECT |pg_/);
  };

  it('whatever is in a field', async () => {
    for (const value of values) {
      const address = { ...anOrder().shippingAddress, name: value, postalCode: value };
      const bodies = [
        { ...anOrder(), customerId: value },
        { ...anOrder(), currency: value },
        { ...anOrder(), lines: value },
        { ...anOrder(), lines: [{ sku: value, quantity: value }] },
        { ...anOrder(), paymentMethod: value },
        { ...anOrder(), shippingAddress: address },
        { ...anOrder(), [typeof value === 'string' ? value : 'field']: value },
      ];
      const answers = await Promise.all(bodies.map((body) => post(body)));
      answers.forEach(sound);
      const batch = await shop.client.post<Problem>('/v1/orders/batch', { orders: bodies });
      sound(batch);
    }
  });

  it('whatever is in a path, a query or a header', async () => {
    for (const text of texts) {
      const part = encodeURIComponent(text.replaceAll(/\p{Surrogate}/gu, '\ufffd')).slice(0, 4_000);
      const answers = await Promise.all([
        shop.client.get<Problem>(`/v1/products/${part}`),
        shop.operator.put<Problem>(`/v1/products/${part}`, { name: 'x', unitAmount: 1, currency: 'EUR' }),
        shop.client.get<Problem>(`/v1/orders?customerId=${part}&sku=${part}`),
        shop.client.get<Problem>(`/v1/orders?status=${part}&createdAfter=${part}`),
        shop.operator.get<Problem>(`/v1/admin/sagas?definition=${part}&correlationId=${part}&step=${part}`),
        shop.operator.get<Problem>(`/v1/admin/saga-definitions/${part}/versions/1`),
        shop.operator.get<Problem>(`/v1/admin/saga-definitions/${part}/rollout`),
        shop.operator.put<Problem>(`/v1/admin/saga-definitions/order-fulfillment/rollout`, {
          ...{ shares: { [text]: 100 }, reason: text },
          rules: [{ when: { header: { name: text, values: [text] } }, version: 1 }],
        }),
        shop.supervisor.delete<Problem>(`/v1/customers/${part}/personal-data`),
        shop.client.get<Problem>(`/v1/orders/${id}`, { headers: { authorization: `Bearer ${part}` } }),
        post(anOrder(), { ...json, prefer: part, 'idempotency-key': part, traceparent: part }),
      ]);
      answers.forEach(sound);
    }
  });

  it.each([
    'createdAfter=-271821-04-20T00:00:00Z',
    'createdAfter=9999-12-31T23:59:59Z',
    'createdAfter=0001-01-01T00:00:00Z',
  ])('however far away the time is: %s', async (query) =>
    sound(await shop.client.get<Problem>(`/v1/orders?${query}`)),
  );

  it('not even when a sender breaks off, or speaks no HTTP', async () => {
    const { port, hostname } = new URL(shop.url);
    for (const text of [
      'POST /v1/orders HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"a',
      'HELLO\r\n\r\n',
    ]) {
      await new Promise<void>((done) => {
        const socket = connect(Number(port), hostname, () => socket.end(text));
        socket.on('error', () => undefined).on('close', () => done());
        socket.resume();
      });
    }
    expect((await shop.client.get('/health/live')).status).toBe(200);
  });
});
