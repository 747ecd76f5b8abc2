import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Logger } from 'nestjs-pino';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from './app.module.js';
import { exitWith, stopOnSignal } from './platform/bootstrap/exit.js';
import { type OpenDatabase, openDatabase } from './platform/bootstrap/open-database.js';
import { portProblem, requireFreePort } from './platform/bootstrap/port.js';
import { shownAddress, welcome } from './platform/bootstrap/welcome.js';
import { readSettings } from './platform/config/read-settings.js';
import type { Settings } from './platform/config/settings.js';
import { appOptions, configureApp } from './platform/http/configure-app.js';
import { migrate } from './platform/database/migrations-runner.js';

/** Where this process listens: a worker only for its metrics and health, and only when told to. */
function listeningPort(settings: Settings): number | null {
  return settings.role === 'worker' ? settings.metricsPort : settings.port;
}

async function start(settings: Settings, database: OpenDatabase): Promise<INestApplicationContext> {
  await migrate(database.url);
  const module = AppModule.forRoot({ settings, databaseUrl: database.url });
  const port = listeningPort(settings);
  if (port === null) {
    const app = await NestFactory.createApplicationContext(module, appOptions);
    app.useLogger(app.get(Logger));
    console.log('Worker is running');
    return app;
  }
  const app = await NestFactory.create<NestExpressApplication>(module, appOptions);
  app.useLogger(app.get(Logger));
  configureApp(app);
  try {
    await app.listen(port, settings.host);
  } catch (error) {
    await app.close();
    throw portProblem(error, port, settings.host);
  }
  const bound = app.getHttpServer().address() as AddressInfo;
  const address = shownAddress(settings.host, bound.port);
  console.log(
    settings.role === 'worker' ? `Worker is running, health on ${address}` : welcome(settings, address),
  );
  return app;
}

try {
  const settings = readSettings(process.env);
  const port = listeningPort(settings);
  if (port !== null) await requireFreePort(port, settings.host);
  const opening = openDatabase(settings);
  const starting = opening.then((database) => start(settings, database));
  const stopDatabase = () => opening.then((database) => database.stop());
  // The application first, so that it drains; its database last.
  stopOnSignal(async () => {
    try {
      const app = await starting.catch(() => undefined);
      await app?.close();
    } finally {
      await stopDatabase();
    }
  });
  await starting.catch(async (error: unknown) => {
    await stopDatabase();
    throw error;
  });
} catch (error) {
  exitWith(error);
}
