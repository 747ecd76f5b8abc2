import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { AppModule } from '../src/app.module.js';
import { exitWith } from '../src/platform/bootstrap/exit.js';
import { openDatabase } from '../src/platform/bootstrap/open-database.js';
import { readSettings } from '../src/platform/config/read-settings.js';
import { CommandHandlerRegistry } from '../src/platform/messaging/command-handler-registry.js';
import { orderFulfillment } from '../src/saga/reference.js';
import { isBlocked, simulationText } from '../src/saga/simulation/simulation-text.js';
import { Simulator } from '../src/saga/simulation/simulator.js';
import { fail, versionArgument } from './lib/version-argument.js';

/*
 * `npm run sagas:simulate -- <definition> <version> [sample]` tells what a version would mean for the sagas in flight,
 * and for a sample of those that have ended, in the database of DATABASE_URL (or the embedded one). It only reads. Ends
 * with 1 when something is impossible, or has no handler.
 */

const [name = '', version = '', sample = '200', ...more] = process.argv.slice(2);
const wanted = versionArgument([name, version]);
const candidate =
  wanted &&
  orderFulfillment.definitions.find((one) => one.name === wanted.name && one.version === wanted.version);
if (!wanted || !/^\d+$/.test(sample) || more.length > 0) {
  fail('Say which: npm run sagas:simulate -- order-fulfillment 3');
} else if (!candidate) fail(`${name} v${version} is not in src/saga/reference.ts.`);
else {
  try {
    const settings = readSettings(process.env);
    const database = await openDatabase(settings);
    const module = AppModule.forRoot({ settings, databaseUrl: database.url });
    // Not initialised: nothing is claimed or listened to, and a version that could not be started is simulated as well.
    const app = await NestFactory.create(module, { logger: false, abortOnError: false });
    try {
      app.get(CommandHandlerRegistry, { strict: false }).explore();
      const simulation = await app.get(Simulator, { strict: false }).simulate(candidate, Number(sample));
      console.log(simulationText(simulation));
      if (isBlocked(simulation)) process.exitCode = 1;
    } finally {
      await app.close();
      await database.stop();
    }
  } catch (error) {
    exitWith(error);
  }
}
