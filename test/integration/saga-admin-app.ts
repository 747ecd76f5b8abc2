import { Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { readSettings } from '../../src/platform/config/read-settings.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { appOptions, configureApp } from '../../src/platform/http/configure-app.js';
import { message } from '../../src/platform/messaging/message.js';
import { PlatformModule } from '../../src/platform/platform.module.js';
import { AuditLog } from '../../src/saga/admin/audit-log.js';
import { SagaAdminModule } from '../../src/saga/admin/saga-admin.module.js';
import { SagaReader } from '../../src/saga/admin/saga-reader.js';
import { defineSaga, ignore, turnsBack, type SagaDefinition } from '../../src/saga/definition/index.js';
import { Heartbeats } from '../../src/saga/engine/heartbeats.js';
import { Sagas } from '../../src/saga/engine/sagas.js';
import type { Subject } from '../../src/saga/rollout/subject.js';
import { SagaModule } from '../../src/saga/saga.module.js';
import { createTestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { HttpClient } from '../support/http-client.js';
import { lab } from '../support/lab/definition.js';
import { labHandlers } from '../support/lab/handlers.js';
import { Finish, Finished } from '../support/lab/messages.js';
import { Outside, Script } from '../support/lab/script.js';

class Reviewed extends message('lab.reviewed.v1', z.object({ by: z.string() })) {}

/** Waits for a person first. */
export const review = defineSaga('review', 1, z.object({ key: z.string() }))
  .step('review', (s) =>
    s
      .wait({ withinMs: 60_000 })
      .on('reviewed', Reviewed)
      .overdue(turnsBack('LAB.TOO_SLOW', 'Nobody looked.'))
      .noCompensation('it only decides'),
  )
  .retriable('finish', (s) =>
    s
      .local()
      .action(Finish, ({ input }) => input)
      .succeeds(Finished),
  )
  .unexpected(ignore('it is not waited for'))
  .build();

/** The engine with the laboratory's handlers and the operators' API, over HTTP, on a database of its own. */
export async function startAdminApp(definitions: readonly SagaDefinition[] = [lab]) {
  const database = await createTestDatabase();
  const script = new Script();
  const settings = readSettings({ LOG_LEVEL: 'silent' });

  @Module({
    imports: [
      PlatformModule.forRoot({ settings, databaseUrl: database.url }),
      SagaModule.forRoot({ definitions, defaultVersions: { lab: 1, review: 1 }, streams: [] }),
      SagaAdminModule,
    ],
    providers: [
      { provide: Script, useValue: script },
      { provide: Outside, useValue: new Outside(script) },
      ...labHandlers,
    ],
  })
  class AdminApp {}

  const app = await NestFactory.create<NestExpressApplication>(AdminApp, appOptions);
  configureApp(app);
  app.useLogger(false);
  const dataSource = app.get(DataSource, { strict: false });
  await dataSource.query(`CREATE SCHEMA lab`);
  await dataSource.query(
    `CREATE TABLE lab.effect (id bigint GENERATED ALWAYS AS IDENTITY, key text, what text)`,
  );
  await app.listen(0, '127.0.0.1');
  const http = new HttpClient(await app.getUrl(), 'demo-operator');
  const unitOfWork = app.get(UnitOfWork, { strict: false });

  const self = {
    url: database.url,
    get: <T>(type: Type<T>) => app.get(type, { strict: false }),
    http,
    supervisor: http.as('demo-supervisor'),
    script,
    dataSource,
    app,
    audit: app.get(AuditLog, { strict: false }),
    reader: app.get(SagaReader, { strict: false }),
    heartbeats: app.get(Heartbeats, { strict: false }),

    /** Starts a saga; answers its id. */
    async start(key: string, definition = 'lab', subject?: Subject): Promise<string> {
      const sagas = app.get(Sagas, { strict: false });
      const [saga] = await unitOfWork.run(() =>
        sagas.start(definition, null, [{ correlationId: key, input: { key }, ...(subject && { subject }) }]),
      );
      return saga!.id;
    },

    /** Waits until the saga has the status; answers it as operators see it. */
    async until(id: string, status: string): Promise<Record<string, unknown>> {
      return eventually(async () => {
        const { body } = await http.get<Record<string, unknown>>(`/v1/admin/sagas/${id}`);
        expect(body.status).toBe(status);
        return body;
      });
    },

    /** Asks for an action, as an operator. */
    act(id: string, action: string, headers: Record<string, string> = {}) {
      return http.post<Record<string, unknown>>(
        `/v1/admin/sagas/${id}/${action}`,
        { reason: 'mended' },
        { headers },
      );
    },

    /** A saga that is parked at a step behind the pivot. */
    async stuckAtTheEnd(key: string): Promise<string> {
      script.next('lab.finish.v1', key, 'throw', 'throw', 'throw');
      const id = await self.start(key);
      await self.until(id, 'parked');
      return id;
    },

    /** A saga that turned back, and whose refund is parked. */
    async stuckRefund(key: string): Promise<string> {
      script.next('lab.ship.v1', key, 'reject');
      script.next('lab.refund.v1', key, 'unavailable', 'unavailable', 'unavailable');
      const id = await self.start(key);
      await self.until(id, 'parked');
      return id;
    },

    async close(): Promise<void> {
      await app.close();
      await database.drop();
    },
  };
  return self;
}

export type AdminApp = Awaited<ReturnType<typeof startAdminApp>>;
