import { Global, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { v7 } from 'uuid';
import { InventoryModule } from '../../src/inventory/inventory.module.js';
import { readSettings } from '../../src/platform/config/read-settings.js';
import { SettingsModule } from '../../src/platform/config/settings.module.js';
import { GroupCommit } from '../../src/platform/database/group-commit.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { ApiKeyGuard } from '../../src/platform/http/api-key.guard.js';
import { ProblemFilter } from '../../src/platform/http/errors/problem.filter.js';
import { IdempotencyInterceptor } from '../../src/platform/http/idempotency.interceptor.js';
import type { ProblemDocument } from '../../src/platform/http/problem.js';
import { SchemaPipe } from '../../src/platform/http/validation/schema.pipe.js';
import { SoundInputGuard } from '../../src/platform/http/validation/sound-input.guard.js';
import { UnknownQueryGuard } from '../../src/platform/http/validation/unknown-query.guard.js';
import { IdempotencyModule } from '../../src/platform/messaging/idempotency/idempotency.module.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { HttpClient } from '../support/http-client.js';

interface Product {
  sku: string;
  name: string;
  unitAmount: number;
  currency: string;
  version: number;
  createdAt: string;
  updatedAt: string;
}
interface List {
  items: Product[];
  nextCursor: string | null;
}

/**
 * What the platform provides to every module, and what of its HTTP part these routes meet. Not `HttpModule`
 * itself: its throttler is CommonJS and requires Nest, which is an ES module; Jest on Node 20 cannot do that.
 */
@Global()
@Module({
  imports: [IdempotencyModule],
  providers: [
    { provide: APP_GUARD, useClass: ApiKeyGuard },
    { provide: APP_GUARD, useClass: SoundInputGuard },
    { provide: APP_GUARD, useClass: UnknownQueryGuard },
    { provide: APP_INTERCEPTOR, useClass: IdempotencyInterceptor },
    { provide: APP_PIPE, useClass: SchemaPipe },
    { provide: APP_FILTER, useClass: ProblemFilter },
    {
      provide: UnitOfWork,
      inject: [getDataSourceToken()],
      useFactory: (source: DataSource) => new UnitOfWork(source),
    },
    GroupCommit,
  ],
  exports: [UnitOfWork, GroupCommit],
})
class Ground {}

let database: TestDatabase;
let app: NestExpressApplication;
let client: HttpClient;
let operator: HttpClient;

beforeAll(async () => {
  database = await createTestDatabase();
  pg.types.setTypeParser(pg.types.builtins.INT8, Number);
  const module = await Test.createTestingModule({
    imports: [
      SettingsModule.forRoot(readSettings({})),
      TypeOrmModule.forRoot({ type: 'postgres', url: database.url, autoLoadEntities: true }),
      CqrsModule.forRoot(),
      Ground,
      InventoryModule,
    ],
  }).compile();
  app = module.createNestApplication<NestExpressApplication>({ logger: ['error', 'warn'] });
  await app.listen(0, '127.0.0.1');
  client = new HttpClient(await app.getUrl());
  operator = client.as('demo-operator');
});
afterAll(async () => {
  await app?.close();
  await database?.drop();
});

const coffee = { name: 'Coffee beans, 1 kg', unitAmount: 1890, currency: 'EUR' };
const newSku = () => `T-${v7()}`;

describe('PUT /v1/products/{sku}', () => {
  it('answers 201 for a new product and 200 for one that existed', async () => {
    const sku = newSku();
    const first = await operator.put<Product>(`/v1/products/${sku}`, coffee);
    expect(first.status).toBe(201);
    const { createdAt, updatedAt, ...rest } = first.body;
    expect(rest).toEqual({ sku, ...coffee, version: 1 });
    for (const time of [createdAt, updatedAt]) expect(new Date(time).toISOString()).toBe(time);
    const second = await operator.put<Product>(`/v1/products/${sku}`, { ...coffee, unitAmount: 2000 });
    expect(second.status).toBe(200);
    expect(second.body).toMatchObject({ unitAmount: 2000, version: 2 });
    expect((await client.get<Product>(`/v1/products/${sku}`)).body).toEqual(second.body);
  });

  it('gives the first answer again, with its status, for the same Idempotency-Key', async () => {
    const sku = newSku();
    const request = { headers: { 'Idempotency-Key': v7() } };
    const first = await operator.put<Product>(`/v1/products/${sku}`, coffee, request);
    const again = await operator.put<Product>(`/v1/products/${sku}`, coffee, request);
    expect(again.status).toBe(201);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again.body).toEqual(first.body);
    expect((await client.get<Product>(`/v1/products/${sku}`)).body.version).toBe(1);
  });

  it('names all that is wrong at once', async () => {
    const { status, body } = await operator.put<ProblemDocument>(`/v1/products/${newSku()}`, {
      name: ' ',
      unitAmount: 1.5,
      currency: 'eur',
      colour: 'red',
    });
    expect(status).toBe(400);
    expect(body.errors?.map(({ pointer }) => pointer).sort()).toEqual([
      '/colour',
      '/currency',
      '/name',
      '/unitAmount',
    ]);
  });

  it.each([{ currency: 'XQQ' }, { unitAmount: -1 }, { unitAmount: 1e9 + 1 }, { name: 7 }])(
    'refuses %j',
    async (wrong) => {
      const { status } = await operator.put(`/v1/products/${newSku()}`, { ...coffee, ...wrong });
      expect(status).toBe(400);
    },
  );

  it.each(['-A', 'A%20B', 'A'.repeat(65), '%C3%A4', 'A%2FB'])('refuses the SKU %s', async (sku) => {
    expect((await operator.put(`/v1/products/${sku}`, coffee)).status).toBe(400);
  });

  it('is not for clients', async () => {
    expect((await client.put(`/v1/products/${newSku()}`, coffee)).status).toBe(403);
  });
});

describe('GET /v1/products', () => {
  it('lists newest first, page by page, stable while products are added', async () => {
    const skus = Array.from({ length: 5 }, newSku);
    for (const sku of skus) await operator.put(`/v1/products/${sku}`, coffee);
    const first = (await client.get<List>('/v1/products?limit=2')).body;
    await operator.put(`/v1/products/${newSku()}`, coffee);
    const second = (await client.get<List>(`/v1/products?limit=3&cursor=${first.nextCursor}`)).body;
    expect([...first.items, ...second.items].map(({ sku }) => sku)).toEqual(skus.reverse());
  });

  it('ends with a null cursor', async () => {
    await operator.put(`/v1/products/${newSku()}`, coffee);
    let cursor = '';
    for (let pages = 0; pages < 100; pages++) {
      const { body } = await client.get<List>(`/v1/products?limit=4${cursor}`);
      expect(body.items.length).toBeGreaterThan(0);
      if (body.nextCursor === null) return;
      cursor = `&cursor=${body.nextCursor}`;
    }
    throw new Error('The list has no end.');
  });

  it.each(['limit=0', 'limit=201', 'limit=x', 'cursor=x', 'cursor=e30', 'colour=red'])(
    'refuses ?%s',
    async (query) => {
      const { status, body } = await client.get<ProblemDocument>(`/v1/products?${query}`);
      expect(status).toBe(400);
      expect(body.errors?.[0]?.pointer).toBe(`/${query.split('=')[0]}`);
    },
  );
});

describe('GET /v1/products/{sku}', () => {
  it.each(['', '/stock'])('answers 404 for a product that does not exist: %s', async (path) => {
    const { status, body } = await client.get<ProblemDocument>(`/v1/products/NO-SUCH${path}`);
    expect(status).toBe(404);
    expect(body.code).toBe('INVENTORY.UNKNOWN_PRODUCT');
  });
});

describe('POST /v1/products/{sku}/stock-adjustments', () => {
  it('adds and takes away, and the stock shows it', async () => {
    const sku = newSku();
    await operator.put(`/v1/products/${sku}`, coffee);
    const path = `/v1/products/${sku}/stock-adjustments`;
    const added = await operator.post(path, { quantity: 10, reason: 'delivery' });
    expect(added.status).toBe(201);
    expect(added.body).toMatchObject({
      sku,
      quantity: 10,
      actor: 'demo-operator',
      onHand: 10,
      available: 10,
    });
    expect((await operator.post(path, { quantity: -4, reason: 'broken' })).status).toBe(201);
    expect((await client.get(`/v1/products/${sku}/stock`)).body).toEqual({
      onHand: 6,
      reserved: 0,
      available: 6,
    });
  });

  it('is done once for one Idempotency-Key', async () => {
    const sku = newSku();
    await operator.put(`/v1/products/${sku}`, coffee);
    const request = { headers: { 'Idempotency-Key': v7() } };
    for (let i = 0; i < 3; i++) {
      const body = { quantity: 10, reason: 'delivery' };
      expect((await operator.post(`/v1/products/${sku}/stock-adjustments`, body, request)).status).toBe(201);
    }
    expect((await client.get(`/v1/products/${sku}/stock`)).body).toMatchObject({ onHand: 10 });
  });

  it('answers 409 when the stock would go negative', async () => {
    const sku = newSku();
    await operator.put(`/v1/products/${sku}`, coffee);
    const { status, body } = await operator.post<ProblemDocument>(`/v1/products/${sku}/stock-adjustments`, {
      quantity: -1,
      reason: 'count',
    });
    expect(status).toBe(409);
    expect(body.code).toBe('INVENTORY.WOULD_GO_NEGATIVE');
  });

  it('answers 404 for a product that does not exist', async () => {
    const { status, body } = await operator.post<ProblemDocument>('/v1/products/NO-SUCH/stock-adjustments', {
      quantity: 1,
      reason: 'delivery',
    });
    expect(status).toBe(404);
    expect(body.code).toBe('INVENTORY.UNKNOWN_PRODUCT');
  });

  it.each([0, 0.5, 2_147_483_648, -2_147_483_649, 1e300, '1', null])(
    'refuses the quantity %s',
    async (quantity) => {
      const { status, body } = await operator.post<ProblemDocument>('/v1/products/ANY/stock-adjustments', {
        quantity,
        reason: 'delivery',
      });
      expect(status).toBe(400);
      expect(new Set(body.errors?.map(({ pointer }) => pointer))).toEqual(new Set(['/quantity']));
    },
  );

  it('wants a reason', async () => {
    const { body } = await operator.post<ProblemDocument>('/v1/products/ANY/stock-adjustments', {
      quantity: 1,
    });
    expect(body.errors?.map(({ pointer }) => pointer)).toEqual(['/reason']);
  });
});
