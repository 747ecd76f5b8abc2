import type { OpenAPIObject } from '@nestjs/swagger';
import { HealthRegistry } from '../../../src/platform/observability/health/health-registry.js';
import { startToyApp, type ToyApp } from './toy-app.js';

describe('the documentation', () => {
  let toys: ToyApp;
  beforeAll(async () => {
    toys = await startToyApp();
  });
  afterAll(() => toys.close());

  const document = async () => (await toys.http.get<OpenAPIObject>('/docs-json', { key: null })).body;

  it('is open, and its page may load what it needs from this server and nowhere else', async () => {
    const { status, headers, body } = await toys.http.get<string>('/docs', { key: null });
    expect(status).toBe(200);
    expect(headers.get('content-security-policy')).toMatch(/script-src 'self';/);
    expect(headers.get('content-security-policy')).not.toContain('upgrade-insecure-requests');
    expect(headers.get('x-powered-by')).toBeNull();
    const scripts = [...body.matchAll(/<script src="(?<path>[^"]+)"/g)].map(
      (match) => match.groups?.path ?? '',
    );
    expect(scripts.length).toBeGreaterThan(2);
    // An inline script would be blocked by the policy, and the page stay empty.
    expect(body).not.toMatch(/<script>/);
    for (const script of scripts) {
      expect(
        (await toys.http.get(new URL(script, `${toys.http.baseUrl}/`).pathname, { key: null })).status,
      ).toBe(200);
    }
    expect((await toys.http.get<string>('/docs/swagger-ui-init.js', { key: null })).body).toContain(
      'persistAuthorization',
    );
  });

  it('describes body, parameters and answers from the schemas that check them', async () => {
    const { paths } = await document();
    expect(paths['/v1/toys']?.post?.requestBody).toMatchObject({
      content: { 'application/json': { schema: { required: ['name'], example: { name: 'bear' } } } },
    });
    expect(paths['/v1/toys']?.get?.parameters).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          name: 'limit',
          in: 'query',
          required: false,
          schema: expect.objectContaining({ minimum: 1, maximum: 200, default: 50 }) as unknown,
        }),
      ]),
    );
  });

  it('names roles, headers and every error answer of a route', async () => {
    const { paths, components } = await document();
    const make = paths['/v1/toys']?.post;
    expect(make).toMatchObject({ 'x-roles': ['client'], security: [{ 'api-key': [] }] });
    const headers = (make?.parameters as { name: string }[]).map(({ name }) => name);
    expect(headers.sort()).toEqual(['Idempotency-Key', 'Prefer']);
    expect(Object.keys(make?.responses ?? {})).toEqual([
      '202',
      '400',
      '401',
      '403',
      '409',
      '413',
      '415',
      '422',
      '429',
      '503',
    ]);
    expect(make?.responses['422']).toMatchObject({
      description: '`TOYS.UNKNOWN_COLOUR`, `IDEMPOTENCY.MISMATCH`',
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    });
    expect(components?.schemas?.Problem).toMatchObject({
      required: expect.arrayContaining(['code', 'traceId']) as unknown,
    });
  });
});

describe('health', () => {
  let toys: ToyApp;
  beforeAll(async () => {
    toys = await startToyApp();
  });
  afterAll(() => toys.close());

  const ready = () =>
    toys.http.get<{ status: string; error: Record<string, unknown> }>('/health/ready', { key: null });

  it('is alive without a key', async () => {
    expect(await toys.http.get('/health/live', { key: null })).toMatchObject({
      status: 200,
      body: { status: 'ok' },
    });
  });

  it('is ready when the database answers and is migrated', async () => {
    expect(await ready()).toMatchObject({
      status: 200,
      body: { status: 'ok', info: { database: { status: 'up' }, migrations: { status: 'up', pending: 0 } } },
    });
  });

  it('is not ready, and says why, while a migration is missing', async () => {
    await toys.dataSource.query('UPDATE public.migrations SET timestamp = -timestamp WHERE name ~ $1', [
      'HttpRecords',
    ]);
    const answer = await ready();
    expect(answer).toMatchObject({
      status: 503,
      body: { error: { migrations: { status: 'down', pending: 1 } } },
    });
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    await toys.dataSource.query('UPDATE public.migrations SET timestamp = abs(timestamp)');
  });

  it('asks whatever was registered, and tells nobody the details of an error', async () => {
    let works = false;
    toys.app.get(HealthRegistry).register('toys', async () => {
      if (!works) throw new Error('password of the toy box');
      return { up: true, boxes: 3 };
    });
    const down = await ready();
    expect(down).toMatchObject({
      status: 503,
      body: { status: 'error', error: { toys: { status: 'down' } } },
    });
    expect(JSON.stringify(down.body)).not.toContain('password');
    works = true;
    expect(await ready()).toMatchObject({
      status: 200,
      body: { info: { toys: { status: 'up', boxes: 3 } } },
    });
  });

  it('is not ready when the database is gone', async () => {
    await toys.dataSource.destroy();
    expect(await ready()).toMatchObject({ status: 503, body: { error: { database: { status: 'down' } } } });
    await toys.dataSource.initialize();
  });
});
