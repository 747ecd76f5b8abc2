import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { DataSource } from 'typeorm';
import { AppModule } from '../../src/app.module.js';
import { AuditorModule } from '../../src/composition/auditor/auditor.module.js';
import { Auditor } from '../../src/composition/auditor/auditor.js';
import { LateSuccesses } from '../../src/composition/late-successes/late-successes.js';
import { readSettings } from '../../src/platform/config/read-settings.js';
import { appOptions, configureApp } from '../../src/platform/http/configure-app.js';
import { createTestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { HttpClient } from '../support/http-client.js';
import { orderRequest, stockShelves, type OrderRequest, type PlacedOrder } from '../support/shop.js';

export interface ViolationAnswer {
  readonly code: string;
  readonly text: string;
  readonly orderId: string | null;
  readonly sagaId: string | null;
  readonly repair: string;
}

export interface ReportAnswer {
  readonly checkedAt: string;
  readonly durationMs: number;
  readonly violations: readonly ViolationAnswer[];
}

/** An order with all that belongs to it. */
export interface Placed {
  readonly orderId: string;
  readonly sagaId: string;
}

const ended = ['confirmed', 'rejected', 'cancelled'];

/** @param sharedUrl another app's database, for tests of several processes */
export async function startAuditorApp(role: 'all' | 'api' = 'all', sharedUrl?: string) {
  const database = sharedUrl === undefined ? await createTestDatabase() : null;
  const url = sharedUrl ?? database!.url;
  const settings = readSettings({ LOG_LEVEL: 'silent', ROLE: role });

  @Module({ imports: [AppModule.forRoot({ settings, databaseUrl: url }), AuditorModule] })
  class AuditedApp {}

  const app = await NestFactory.create<NestExpressApplication>(AuditedApp, appOptions);
  configureApp(app);
  app.useLogger(false);
  await app.listen(0, '127.0.0.1');
  const http = new HttpClient(await app.getUrl());
  const operator = http.as('demo-operator');
  const dataSource = app.get(DataSource, { strict: false });

  const settled = (id: string, statuses = ended) =>
    eventually(
      async () => {
        const { body } = await http.get<PlacedOrder>(`/v1/orders/${id}`);
        expect(statuses).toContain(body.status);
      },
      { within: 30_000 },
    );

  return {
    url,
    http,
    operator,
    dataSource,
    auditor: app.get(Auditor, { strict: false }),
    lateSuccesses: app.get(LateSuccesses, { strict: false }),
    settled,
    stock: (stock: Readonly<Record<string, number>>) => stockShelves(http, stock),

    /** Places an order, and waits until it has one of these statuses. */
    async place(
      changes: Partial<OrderRequest> & { postalCode?: string } = {},
      statuses: string[] = ended,
    ): Promise<Placed> {
      const { status, body } = await http.post<PlacedOrder>('/v1/orders', orderRequest('AUDIT-1', changes));
      expect(status).toBe(202);
      await settled(body.id, statuses);
      const [saga] = await dataSource.query<{ id: string }[]>(
        `SELECT id FROM saga.instance WHERE correlation_id = $1 AND definition = 'order-fulfillment'`,
        [body.id],
      );
      return { orderId: body.id, sagaId: saga!.id };
    },

    async check(): Promise<readonly ViolationAnswer[]> {
      const { status, body } = await operator.post<ReportAnswer>('/v1/admin/invariants/check');
      expect(status).toBe(200);
      return body.violations;
    },

    async close(): Promise<void> {
      await app.close();
      await database?.drop();
    },
  };
}

export type AuditorApp = Awaited<ReturnType<typeof startAuditorApp>>;
