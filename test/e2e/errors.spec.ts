import type { Problem } from './contract.js';
import { anOrder, mistakes, Shop } from './shop.js';

const id = '01980b5e-2c4a-7c3e-9f6d-3a1b2c4d5e6f';
const json = { 'content-type': 'application/json' };

describe('errors', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open();
  }, 60_000);
  afterAll(() => shop.close());

  const post = (body: unknown, headers: Record<string, string> = json) =>
    shop.client.post<Problem>('/v1/orders', body, { headers });

  it('are problem documents', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const answer = await shop.client.get<Problem>(`/v1/orders/${id}?x=1`, { headers: { traceparent } });
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(answer.body).toEqual({
      type: 'about:blank',
      title: 'Bad Request',
      status: 400,
      detail: expect.any(String) as unknown,
      instance: `/v1/orders/${id}`,
      code: 'HTTP.VALIDATION',
      errors: [{ pointer: '/x', code: 'UNKNOWN_FIELD', detail: expect.any(String) as unknown }],
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    });
  });

  it('name all that is wrong at once, each with its pointer', async () => {
    const answer = await post({
      customerId: 7,
      currency: 'euro',
      lines: [{ sku: 'SKU-1', quantity: 0 }, { sku: 'SKU-1', quantity: 1.5, colour: 'red' }, 7],
      paymentMethod: 'visa',
      shippingAddress: { ...anOrder().shippingAddress, city: null, country: 'DEU' },
      note: 'x',
      'a/b~c': 1,
    });
    expect(answer.status).toBe(400);
    expect(mistakes(answer)).toEqual([
      '/a~1b~0c UNKNOWN_FIELD',
      '/currency BAD_FORMAT',
      '/customerId WRONG_TYPE',
      '/lines/0/quantity TOO_SMALL',
      '/lines/1/colour UNKNOWN_FIELD',
      '/lines/1/quantity WRONG_TYPE',
      '/lines/2 WRONG_TYPE',
      '/note UNKNOWN_FIELD',
      '/paymentMethod BAD_FORMAT',
      '/shippingAddress/city WRONG_TYPE',
      '/shippingAddress/country BAD_FORMAT',
    ]);
  });

  it('name what is wrong between fields beside what is wrong within them', async () => {
    const lines = [0, 1].map((quantity) => ({ sku: 'SKU-1', quantity }));
    const answer = await post({ ...anOrder(), lines, currency: 'euro' });
    expect(mistakes(answer)).toEqual([
      '/currency BAD_FORMAT',
      '/lines/0/quantity TOO_SMALL',
      '/lines/1/sku ORDERS.DUPLICATE_SKU',
    ]);
  });

  it.each<[string, unknown, string]>([
    ['no lines', { lines: [] }, '/lines TOO_SMALL'],
    [
      '101 lines',
      { lines: Array.from({ length: 101 }, (_, i) => ({ sku: `S-${i}`, quantity: 1 })) },
      '/lines TOO_LARGE',
    ],
    ['10,001 pieces', { lines: [{ sku: 'SKU-1', quantity: 10_001 }] }, '/lines/0/quantity TOO_LARGE'],
    [
      'a SKU twice',
      { lines: [1, 2].map((quantity) => ({ sku: 'SKU-1', quantity })) },
      '/lines/1/sku ORDERS.DUPLICATE_SKU',
    ],
    ['an unknown field', { coupon: 'X' }, '/coupon UNKNOWN_FIELD'],
    ['a missing field', { customerId: undefined }, '/customerId REQUIRED'],
    ['a price of its own', { totalAmount: 1 }, '/totalAmount UNKNOWN_FIELD'],
  ])('refuse an order with %s', async (_, change, mistake) => {
    const answer = await post({ ...anOrder(), ...(change as object) });
    expect(answer.status).toBe(400);
    expect(mistakes(answer)).toEqual([mistake]);
  });

  it.each([
    ['{', 'HTTP.MALFORMED_JSON'],
    ['', 'HTTP.VALIDATION'],
    ['null', 'HTTP.'],
    ['[]', 'HTTP.VALIDATION'],
    ['"order"', 'HTTP.'],
    ['{"customerId":"a","customerId":', 'HTTP.MALFORMED_JSON'],
    ['\u{feff}\u{1f600}', 'HTTP.MALFORMED_JSON'],
    ['['.repeat(100_000) + ']'.repeat(100_000), 'HTTP.VALIDATION'],
    [`{"a":${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}}`, 'HTTP.VALIDATION'],
    ['{"__proto__":{"admin":true}}', 'HTTP.VALIDATION'],
    ['{"constructor":{"prototype":1}}', 'HTTP.VALIDATION'],
  ])('refuse a body such as %.30j', async (body, code) => {
    const answer = await post(body);
    expect(answer.status).toBe(400);
    expect(answer.body.code).toContain(code);
  });

  it('refuse what is no JSON with 415, and a character set that is none with 4xx', async () => {
    const form = await post('customerId=1', { 'content-type': 'application/x-www-form-urlencoded' });
    expect(form).toMatchObject({ status: 415, body: { code: 'HTTP.UNSUPPORTED_MEDIA_TYPE' } });
    const odd = await post('{}', { 'content-type': 'application/json; charset=klingon' });
    expect(odd.status).toBe(415);
    const packed = await post('{}', { ...json, 'content-encoding': 'zip' });
    expect(packed.status).toBe(415);
    const broken = await post('{}', { ...json, 'content-encoding': 'gzip' });
    expect(broken.status).toBe(400);
  });

  it('refuse more than 1 MiB, or 8 MiB of batch, with 413', async () => {
    const large = (size: number) => JSON.stringify({ note: 'x'.repeat(size) });
    const tooLarge = { status: 413, body: { code: 'HTTP.TOO_LARGE' } };
    expect(await post(large(2 ** 20))).toMatchObject(tooLarge);
    const batch = (size: number) =>
      shop.client.post<Problem>('/v1/orders/batch', large(size), { headers: json });
    expect((await batch(2 ** 21)).status).toBe(400);
    expect(await batch(2 ** 23)).toMatchObject(tooLarge);
  });

  it.each(['not-a-uuid', '1', `${id}0`, '%00', '%F0%9F%98%80', "' OR 1=1 --", 'undefined', '%ff'])(
    'refuse the id %j',
    async (wrong) => {
      const answers = await Promise.all([
        shop.client.get<Problem>(`/v1/orders/${wrong}`),
        shop.client.get<Problem>(`/v1/orders/${wrong}/timeline`),
        shop.client.get<Problem>(`/v1/orders/${wrong}/events`),
        shop.operator.get<Problem>(`/v1/admin/sagas/${wrong}`),
        shop.client.get<Problem>(`/v1/payments?orderId=${wrong}`),
        shop.client.get<Problem>(`/v1/shipments?orderId=${wrong}`),
      ]);
      for (const { status, body } of answers) {
        expect(status).toBe(400);
        expect(body.code).toMatch(/^HTTP\./);
      }
    },
  );

  it('say 404 for what is not there, and 405 for what cannot be done to it', async () => {
    expect(await shop.client.get(`/v1/orders/${id}`)).toMatchObject({
      status: 404,
      body: { code: 'ORDERS.NOT_FOUND' },
    });
    expect(await shop.client.get('/v2/orders')).toMatchObject({
      status: 404,
      body: { code: 'HTTP.NOT_FOUND' },
    });
    const wrong = await shop.client.delete<Problem>(`/v1/orders/${id}`);
    expect(wrong).toMatchObject({ status: 405, body: { code: 'HTTP.METHOD_NOT_ALLOWED' } });
    expect(wrong.headers.get('allow')).toContain('PATCH');
  });

  const lists = [
    'orders',
    'products',
    'payments',
    'shipments',
    'admin/sagas',
    'admin/audit',
    'sandbox/charges',
    'sandbox/bookings',
  ];
  const cursors = [
    'x',
    '%00',
    'e30',
    'bnVsbA',
    Buffer.from('{"id":"1"}').toString('base64url'),
    'W10',
    'a'.repeat(3_000),
  ];

  it.each(lists)('refuse a cursor that is none, and parameters that are none, in %s', async (list) => {
    const reader = list === 'orders' || list === 'products' ? shop.client : shop.operator;
    for (const cursor of cursors) {
      const answer = await reader.get<Problem>(`/v1/${list}?cursor=${cursor}`);
      expect({ cursor, status: answer.status }).toEqual({ cursor, status: 400 });
      expect(answer.body.errors).toMatchObject([{ pointer: '/cursor' }]);
    }
    for (const query of ['limit=-1', 'limit=1e9', 'limit=', 'limit=1&limit=2', 'Limit=1', 'a[b]=1']) {
      const answer = await reader.get<Problem>(`/v1/${list}?${query}`);
      expect({ query, status: answer.status }).toEqual({ query, status: 400 });
    }
  });
});
