import { createHash } from 'node:crypto';
import { Controller, Get } from '@nestjs/common';
import { Roles } from '../../../src/platform/http/roles.decorator.js';
import { startToyApp, type ToyApp } from './toy-app.js';

const sha256 = (key: string) => createHash('sha256').update(key).digest('hex');
const API_KEYS = [
  `shop:client:${sha256('s3cret')}`,
  `olga:operator:${sha256('0lga')}`,
  `sue:supervisor:${sha256('su3')}`,
].join(',');

describe('access', () => {
  let toys: ToyApp;
  beforeAll(async () => {
    toys = await startToyApp({ env: { API_KEYS } });
  });
  afterAll(() => toys.close());

  it.each([
    ['/v1/toys', 's3cret', 200],
    ['/v1/toys', '0lga', 403],
    ['/v1/toys', 'su3', 403],
    ['/v1/workshop', 's3cret', 403],
    ['/v1/workshop', '0lga', 200],
    ['/v1/workshop', 'su3', 200],
    ['/v1/safe', '0lga', 403],
    ['/v1/safe', 'su3', 200],
    ['/v1/window', null, 200],
    ['/v1/window', 'wrong', 200],
  ])('to %s with the key %s is answered %d', async (path, key, status) => {
    expect((await toys.http.get(path, { key })).status).toBe(status);
  });

  it('tells the route who calls, by the name of the key', async () => {
    expect((await toys.http.as('su3').get('/v1/workshop')).body).toEqual({ name: 'sue', role: 'supervisor' });
  });

  it.each([null, 'wrong', 'demo-client', sha256('s3cret'), 's3cre', 's3cret s3cret'])(
    'is refused with 401 for the key %s',
    async (key) => {
      const answer = await toys.http.get<{ code: string }>('/v1/toys', { key });
      expect([answer.status, answer.body.code]).toEqual([401, 'HTTP.UNAUTHENTICATED']);
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    },
  );

  it.each(['Basic s3cret', 's3cret', 'Bearer', 'Bearer '])(
    'is refused for "Authorization: %s"',
    async (authorization) => {
      expect((await toys.http.get('/v1/toys', { key: null, headers: { authorization } })).status).toBe(401);
    },
  );

  it('names the missing role', async () => {
    const { body } = await toys.http.as('s3cret').get<{ code: string; detail: string }>('/v1/safe');
    expect(body).toMatchObject({
      code: 'HTTP.FORBIDDEN',
      detail: expect.stringContaining('supervisor') as string,
    });
  });

  it('keeps the application from starting while a route says nothing about it', async () => {
    @Controller('forgotten')
    class ForgottenController {
      @Get('here')
      here() {}

      @Get('there')
      @Roles('client')
      there() {}
    }
    await expect(startToyApp({ controllers: [ForgottenController] })).rejects.toThrow(
      'neither @Roles nor @Public: ForgottenController.here.',
    );
  });
});

describe('throttling', () => {
  it('holds each key to its requests a minute and says when to come back', async () => {
    const toys = await startToyApp({ env: { RATE_LIMIT: '3' } });
    try {
      const statuses: number[] = [];
      for (let i = 0; i < 4; i++) statuses.push((await toys.http.get('/v1/toys')).status);
      expect(statuses).toEqual([200, 200, 200, 429]);
      const refused = await toys.http.get<{ code: string }>('/v1/toys/7');
      expect(refused.body.code).toBe('HTTP.THROTTLED');
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(50);
      expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(60);
      expect((await toys.http.as('demo-operator').get('/v1/workshop')).status).toBe(200);
      expect((await toys.http.get('/v1/window')).status).toBe(200);
    } finally {
      await toys.close();
    }
  });
});
