import { Global, Module, type OnApplicationShutdown, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Logger } from 'nestjs-pino';
import { DataSource } from 'typeorm';
import { readSettings } from '../../../src/platform/config/read-settings.js';
import { Settings } from '../../../src/platform/config/settings.js';
import { GroupCommit } from '../../../src/platform/database/group-commit.js';
import { PooledClient } from '../../../src/platform/database/pooled-client.js';
import { UnitOfWork } from '../../../src/platform/database/unit-of-work.js';
import { appOptions, configureApp } from '../../../src/platform/http/configure-app.js';
import { HttpModule } from '../../../src/platform/http/http.module.js';
import { CompletionWaiter } from '../../../src/platform/http/prefer-wait.js';
import { LoggingModule } from '../../../src/platform/observability/logging/logging.module.js';
import { HealthModule } from '../../../src/platform/observability/health/health.module.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { HttpClient } from '../../support/http-client.js';
import { Gate } from './gate.js';
import { ToyController } from './toy.controller.js';
import { ToyWaiter } from './toy-waiter.js';

/** A small application with the real HTTP layer on a real database. */
export interface ToyApp {
  readonly app: NestExpressApplication;
  readonly http: HttpClient;
  readonly dataSource: DataSource;
  readonly gate: Gate;
  readonly waiter: ToyWaiter;
  /** Every line logged so far. */
  readonly log: readonly Record<string, unknown>[];
  close(): Promise<void>;
}

export interface ToyAppOptions {
  readonly env?: Record<string, string>;
  readonly controllers?: Type[];
}

export async function startToyApp({
  env = {},
  controllers = [ToyController],
}: ToyAppOptions = {}): Promise<ToyApp> {
  const database = await createTestDatabase();
  const log: Record<string, unknown>[] = [];
  const app = await createApp(database, env, controllers, log);
  try {
    configureApp(app);
    await app.listen(0, '127.0.0.1');
  } catch (error) {
    await app.close();
    await database.drop();
    throw error;
  }
  const dataSource = app.get(DataSource);
  await dataSource.query('CREATE TABLE toy (id serial PRIMARY KEY, name text NOT NULL, maker text NOT NULL)');
  return {
    app,
    http: new HttpClient(await app.getUrl()),
    dataSource,
    gate: app.get(Gate),
    waiter: app.get(ToyWaiter),
    log,
    async close() {
      await app.close();
      await database.drop();
    },
  };
}

async function createApp(
  { url }: TestDatabase,
  env: Record<string, string>,
  controllers: Type[],
  log: Record<string, unknown>[],
): Promise<NestExpressApplication> {
  const dataSource = await new DataSource({
    type: 'postgres',
    url,
    extra: { Client: PooledClient, pipeline: true, max: 8 },
  }).initialize();

  @Global()
  @Module({
    providers: [
      { provide: Settings, useValue: readSettings(env) },
      { provide: DataSource, useValue: dataSource },
      UnitOfWork,
      GroupCommit,
      Gate,
      ToyWaiter,
      { provide: CompletionWaiter, useExisting: ToyWaiter },
    ],
    exports: [Settings, DataSource, UnitOfWork, GroupCommit, Gate, ToyWaiter],
  })
  class GroundModule implements OnApplicationShutdown {
    async onApplicationShutdown(): Promise<void> {
      await dataSource.destroy();
    }
  }

  const lines = { write: (line: string) => void log.push(JSON.parse(line) as Record<string, unknown>) };

  @Module({
    imports: [GroundModule, HttpModule, HealthModule, LoggingModule.forRoot('debug', lines)],
    controllers,
  })
  class ToyModule {}

  const app = await NestFactory.create<NestExpressApplication>(ToyModule, appOptions);
  app.useLogger(app.get(Logger));
  return app;
}
