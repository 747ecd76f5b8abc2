import 'reflect-metadata';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Logger } from 'nestjs-pino';
import { AppModule } from './app.module.js';
import { portProblem } from './platform/bootstrap/port.js';
import { shownAddress, welcome } from './platform/bootstrap/welcome.js';
import type { Settings } from './platform/config/settings.js';
import { migrate } from './platform/database/migrations-runner.js';
import { appOptions, configureApp } from './platform/http/configure-app.js';
import { operationsOnlyMiddleware } from './platform/http/operations-only.middleware.js';
import { OperationsPort } from './platform/http/operations-port.js';
import { Metrics } from './platform/observability/metrics/metrics.js';

/**
 * Migrates, starts the application, and says where it is.
 * @param port where it listens; null for a worker that serves nothing
 */
export async function serve(
  settings: Settings,
  databaseUrl: string,
  port: number | null,
): Promise<INestApplicationContext> {
  AppModule.requireSoundBuild();
  await migrate(databaseUrl);
  await AppModule.requireFitFor(databaseUrl);
  const module = AppModule.forRoot({ settings, databaseUrl });
  if (port === null) {
    const app = await NestFactory.createApplicationContext(module, appOptions);
    app.useLogger(app.get(Logger));
    console.log('Worker is running');
    return app;
  }
  const app = await NestFactory.create<NestExpressApplication>(module, appOptions);
  app.useLogger(app.get(Logger));
  app.get(Metrics).includeProcess();
  const isWorker = settings.role === 'worker';
  if (isWorker) app.use(operationsOnlyMiddleware);
  const operationsPort = settings.operationsPort;
  if (operationsPort !== null) app.use(app.get(OperationsPort).middleware);
  configureApp(app);
  try {
    await app.listen(port, settings.host);
  } catch (error) {
    await app.close();
    throw portProblem(error, port, settings.host);
  }
  const bound = app.getHttpServer().address() as AddressInfo;
  const address = shownAddress(settings.host, bound.port);
  if (operationsPort !== null) await openOperationsPort(app, operationsPort, settings.host);
  console.log(isWorker ? `Worker is running, health on ${address}` : welcome(settings, address));
  return app;
}

async function openOperationsPort(app: NestExpressApplication, port: number, host: string): Promise<void> {
  const handler = app.getHttpAdapter().getInstance() as RequestListener;
  try {
    const bound = await app.get(OperationsPort).open(handler, port, host);
    console.log(`Metrics on   ${shownAddress(host, bound)}/metrics`);
  } catch (error) {
    await app.close();
    throw portProblem(error, port, host, 'METRICS_PORT');
  }
}
