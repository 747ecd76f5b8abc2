import { createHash } from 'node:crypto';
import type { Problem } from './contract.js';
import { Shop } from './shop.js';

type Role = 'client' | 'operator' | 'supervisor';
const roles: readonly Role[] = ['client', 'operator', 'supervisor'];
const id = '01980b5e-2c4a-7c3e-9f6d-3a1b2c4d5e6f';

/** Who may do what, by the HTTP contract. A supervisor may whatever an operator may. */
const rights: Readonly<Record<string, readonly Role[]>> = {
  'POST /v1/orders': ['client'],
  'POST /v1/orders/batch': ['client'],
  'GET /v1/orders': roles,
  [`GET /v1/orders/${id}`]: roles,
  [`PATCH /v1/orders/${id}`]: ['client'],
  [`POST /v1/orders/${id}/cancel`]: ['client'],
  [`POST /v1/orders/${id}/approve`]: ['operator', 'supervisor'],
  [`POST /v1/orders/${id}/decline`]: ['operator', 'supervisor'],
  [`GET /v1/orders/${id}/timeline`]: roles,
  [`GET /v1/orders/${id}/events`]: roles,
  'DELETE /v1/customers/c-1/personal-data': ['supervisor'],
  'PUT /v1/products/SKU-1': ['operator', 'supervisor'],
  'GET /v1/products/SKU-1': roles,
  'GET /v1/products': roles,
  'POST /v1/products/SKU-1/stock-adjustments': ['operator', 'supervisor'],
  'GET /v1/products/SKU-1/stock': roles,
  'POST /v1/payment-methods': ['client'],
  'GET /v1/payments': roles,
  'GET /v1/shipments': roles,
  'GET /v1/sandbox/charges': ['operator', 'supervisor'],
  'GET /v1/sandbox/bookings': ['operator', 'supervisor'],
  'PUT /v1/sandbox/faults': ['operator', 'supervisor'],
  'GET /v1/admin/sagas': ['operator', 'supervisor'],
  [`GET /v1/admin/sagas/${id}`]: ['operator', 'supervisor'],
  [`GET /v1/admin/sagas/${id}/journal`]: ['operator', 'supervisor'],
  [`POST /v1/admin/sagas/${id}/retry`]: ['operator', 'supervisor'],
  [`POST /v1/admin/sagas/${id}/compensate`]: ['operator', 'supervisor'],
  [`POST /v1/admin/sagas/${id}/pause`]: ['operator', 'supervisor'],
  [`POST /v1/admin/sagas/${id}/resume`]: ['operator', 'supervisor'],
  [`POST /v1/admin/sagas/${id}/skip`]: ['supervisor'],
  [`POST /v1/admin/sagas/${id}/terminate`]: ['supervisor'],
  [`POST /v1/admin/sagas/${id}/move`]: ['supervisor'],
  'GET /v1/admin/saga-definitions': ['operator', 'supervisor'],
  'GET /v1/admin/saga-definitions/order-fulfillment/versions/2': ['operator', 'supervisor'],
  'GET /v1/admin/saga-definitions/order-fulfillment/diff': ['operator', 'supervisor'],
  'GET /v1/admin/saga-definitions/order-fulfillment/rollout': ['operator', 'supervisor'],
  'GET /v1/admin/saga-definitions/order-fulfillment/rollout/breach': ['operator', 'supervisor'],
  'PUT /v1/admin/saga-definitions/order-fulfillment/rollout': ['operator', 'supervisor'],
  'PUT /v1/admin/saga-definitions/order-fulfillment/versions/2/state': ['operator', 'supervisor'],
  'POST /v1/admin/saga-definitions/order-fulfillment/move': ['supervisor'],
  'POST /v1/admin/saga-definitions/order-fulfillment/versions/2/simulate': ['operator', 'supervisor'],
  'GET /v1/admin/dependencies': ['operator', 'supervisor'],
  'POST /v1/admin/dependencies/carrier/hold': ['operator', 'supervisor'],
  'POST /v1/admin/dependencies/carrier/release': ['operator', 'supervisor'],
  'GET /v1/admin/failures': ['operator', 'supervisor'],
  'GET /v1/admin/audit': ['operator', 'supervisor'],
  'GET /v1/admin/audit/verify': ['operator', 'supervisor'],
  'POST /v1/admin/sagas/bulk': ['operator', 'supervisor'],
  'GET /v1/admin/jobs': ['operator', 'supervisor'],
  [`GET /v1/admin/jobs/${id}`]: ['operator', 'supervisor'],
  [`POST /v1/admin/jobs/${id}/cancel`]: ['operator', 'supervisor'],
  'GET /v1/admin/approvals': ['operator', 'supervisor'],
  [`POST /v1/admin/approvals/${id}/approve`]: ['supervisor'],
  [`POST /v1/admin/approvals/${id}/decline`]: ['supervisor'],
  'GET /v1/admin/invariants': ['operator', 'supervisor'],
  'POST /v1/admin/invariants/check': ['operator', 'supervisor'],
};

/** A stack, a file of ours, a statement. */
const inside = /\bat .*[:/]\d+|node:|node_modules|\.[jt]s\b|"stack"|\bSELECT\b|\bINSERT\b|\bUPDATE\b/;

const keys = { shop: 'a-shop-key', desk: 'a-desk-key', boss: 'a-boss-key' };
const sha256 = (key: string) => createHash('sha256').update(key).digest('hex');

describe('access', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open();
  }, 60_000);
  afterAll(() => shop.close());

  /** Sends nothing that could be carried out: who may call is decided before what is said is read. */
  const ask = async (route: string, key: string | null) => {
    const [method = '', path = ''] = route.split(' ');
    const response = await fetch(shop.url + path, {
      method,
      headers: { ...(key === null ? {} : { authorization: `Bearer ${key}` }) },
      signal: AbortSignal.timeout(10_000),
    });
    await response.body?.cancel();
    return response;
  };

  it.each(Object.entries(rights))('%s is for %j', async (route, allowed) => {
    const nobody = await ask(route, null);
    expect(nobody.status).toBe(401);
    expect(nobody.headers.get('www-authenticate')).toBe('Bearer');
    const admitted: Role[] = [];
    for (const role of roles) {
      const { status } = await ask(route, `demo-${role}`);
      expect(status).not.toBe(401);
      expect(status).toBeLessThan(500);
      if (status !== 403) admitted.push(role);
    }
    expect(admitted).toEqual(allowed);
  });

  it('is decided above for every operation that there is', async () => {
    const { body } = await shop.client.get<{ paths: Record<string, Record<string, unknown>> }>('/docs-json');
    const operations = Object.entries(body.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const keyless = /^\w+ \/(health\/|metrics$|v1\/webhooks\/)/;
    const shapes = Object.keys(rights).map(
      (route) => (operation: string) =>
        new RegExp(`^${operation.replaceAll(/\{\w+\}/g, '[^/]+').replaceAll('/', '\\/')}$`).test(route),
    );
    const undecided = operations.filter(
      (operation) => !keyless.test(operation) && !shapes.some((isOf) => isOf(operation)),
    );
    expect(undecided).toEqual([]);
  });

  it('tells nobody what is inside, whatever is asked of any operation', async () => {
    const asked = ['?x=1', '?limit=-1&cursor=%00', ''];
    for (const [route, [role = 'supervisor']] of Object.entries(rights)) {
      const [method = '', path = ''] = route.split(' ');
      for (const [query, body] of [...asked.map((one) => [one]), ['', '{"a":'], ['', '{"reason":7}']]) {
        const response = await fetch(shop.url + path + query, {
          method,
          headers: { authorization: `Bearer demo-${role}`, 'content-type': 'application/json' },
          ...(body !== undefined && method !== 'GET' && { body }),
          signal: AbortSignal.timeout(10_000),
        });
        // What staff reads of a saga may have stacks in it; an error never has.
        if (response.status < 400) await response.body?.cancel();
        else expect([route, await response.text()]).toEqual([route, expect.not.stringMatching(inside)]);
      }
    }
  }, 60_000);

  it.each([
    'Bearer',
    'Bearer ',
    'Bearer nobody',
    'Basic ZGVtby1jbGllbnQ6',
    'demo-client',
    'Bearer demo-client x',
  ])('is refused to "%s"', async (authorization) => {
    const headers = { authorization };
    const answer = await shop.client.get<Problem>('/v1/orders', { key: null, headers });
    expect(answer).toMatchObject({ status: 401, body: { code: 'HTTP.UNAUTHENTICATED' } });
  });

  it('needs no key for health, documentation and metrics', async () => {
    for (const path of ['/health/live', '/health/ready', '/docs', '/docs-json', '/metrics']) {
      expect({ path, status: (await ask(`GET ${path}`, null)).status }).toEqual({ path, status: 200 });
    }
  });

  it('tells a refused role what it lacks, and changes nothing', async () => {
    const body = { name: 'Cheap', unitAmount: 1, currency: 'EUR' };
    const answer = await shop.client.put<Problem>('/v1/products/SKU-1', body);
    expect(answer).toMatchObject({ status: 403, body: { code: 'HTTP.FORBIDDEN' } });
    expect(answer.body.detail).toContain('operator');
    expect((await shop.client.get('/v1/products/SKU-1')).body).not.toMatchObject({ unitAmount: 1 });
  });
});

describe('configured keys', () => {
  let shop: Shop;
  beforeAll(async () => {
    const entries = [
      `web:client:${sha256(keys.shop)}`,
      `ann:operator:${sha256(keys.desk)}`,
      `bob:supervisor:${sha256(keys.boss)}`,
    ];
    shop = await Shop.open({ API_KEYS: entries.join(','), RATE_LIMIT: '5' });
  }, 60_000);
  afterAll(() => shop.close());

  it('take the place of the demonstration keys, which then open nothing', async () => {
    expect((await shop.client.get('/v1/orders', { key: keys.shop })).status).toBe(200);
    for (const key of ['demo-client', 'demo-supervisor', sha256(keys.shop), 'web']) {
      expect((await shop.client.get('/v1/orders', { key })).status).toBe(401);
    }
    expect(shop.logs()).not.toContain('demo-');
  });

  it('name the actor, and bring no demonstration catalogue along', async () => {
    const desk = shop.client.as(keys.desk);
    const product = { name: 'Thing', unitAmount: 1, currency: 'EUR' };
    expect((await desk.get('/v1/products/SKU-1')).status).toBe(404);
    expect((await desk.put('/v1/products/SKU-1', product)).status).toBe(201);
    const adjusted = await desk.post<{ actor: string }>('/v1/products/SKU-1/stock-adjustments', {
      quantity: 1,
      reason: 'delivery',
    });
    expect(adjusted.body.actor).toBe('ann');
  });

  it('have a budget of their own, where one is set', async () => {
    const answers = [];
    for (let count = 0; count < 6; count++) {
      answers.push(await shop.client.get<Problem>('/v1/products', { key: keys.boss }));
    }
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 429]);
    expect(answers[5]?.body.code).toBe('HTTP.THROTTLED');
    expect(answers[5]?.headers.get('retry-after')).toMatch(/^\d+$/);
    expect((await shop.client.get('/v1/orders', { key: keys.shop })).status).toBe(200);
  });
});
