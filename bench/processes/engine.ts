import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { CommandBus } from '@nestjs/cqrs';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import { Logger } from 'nestjs-pino';
import { AppModule } from '../../src/app.module.js';
import { PaymentGateway } from '../../src/billing/gateway/payment-gateway.js';
import { Auditor } from '../../src/composition/auditor/auditor.js';
import { OutsideLedgers } from '../../src/composition/auditor/outside-ledgers.js';
import { PlaceOrders } from '../../src/orders/application/place-orders.js';
import { readSettings } from '../../src/platform/config/read-settings.js';
import { appOptions, configureApp } from '../../src/platform/http/configure-app.js';
import { SagaObservers } from '../../src/saga/engine/saga-observers.js';
import { TrackParcel } from '../../src/shipping/application/track-parcel.service.js';
import { Carrier } from '../../src/shipping/carrier/carrier.js';
import { MemoryCarrier } from '../outside/memory-carrier.js';
import { MemoryGateway } from '../outside/memory-gateway.js';
import { pour } from '../outside/pour.js';
import { WrittenLedgers } from '../outside/written-ledgers.js';
import { withClient } from '../world/server.js';
import { failsAt, orderOf } from '../world/shop.js';
import { closedLoop, type ClosedLoop } from './closed-loop.js';
import { Endings } from './endings.js';
import { memory, serveParent } from './serve-parent.js';

/*
 * The whole application as `serve.ts` starts it, with two adapters exchanged: gateway and carrier are in this process's
 * memory. Definitions, journal, outbox, streams, buses and leases are as in production; nothing of it knows that it is
 * measured. `DATABASE_URL` names a database that has been migrated.
 */

const batchSize = 1_000;

const settings = readSettings({ LOG_LEVEL: 'warn', ...process.env });
const databaseUrl = settings.databaseUrl!;
const [gateway, carrier, endings] = [new MemoryGateway(), new MemoryCarrier(), new Endings()];

const module = await Test.createTestingModule({ imports: [AppModule.forRoot({ settings, databaseUrl })] })
  .overrideProvider(PaymentGateway)
  .useValue(gateway)
  .overrideProvider(Carrier)
  .useValue(carrier)
  .overrideProvider(OutsideLedgers)
  .useClass(WrittenLedgers)
  .compile();
const app = module.createNestApplication<NestExpressApplication>(appOptions);
app.useLogger(app.get(Logger));
app.get(SagaObservers, { strict: false }).register(endings);
configureApp(app);

async function place(numbers: readonly number[], failing: number): Promise<string[]> {
  const orders = numbers.map((number) => orderOf(number, failsAt(number, failing)));
  const placements = await app.get(CommandBus).execute(new PlaceOrders(orders));
  return placements.map((placement) => {
    if ('refusal' in placement) throw placement.refusal;
    return placement.order.id;
  });
}

serveParent(
  {
    /** Begins to work. Up to here the application was put together and has done nothing. */
    go: async () => void (await app.init()),

    /** As `go`, and serves. @returns where */
    listen: async () => {
      await app.listen(0, '127.0.0.1');
      return `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`;
    },

    /** Places that many orders, many a transaction. */
    place: async ({ orders, failing }: { orders: number; failing: number }) => {
      for (let from = 0; from < orders; from += batchSize) {
        const numbers = Array.from({ length: Math.min(batchSize, orders - from) }, (_, i) => from + i);
        await place(numbers, failing);
      }
    },

    /** Keeps so many orders under way, each placed when another one has ended. @returns the seconds it took */
    closedLoop: (loop: ClosedLoop) =>
      closedLoop(loop, async (number) => endings.of((await place([number], 0))[0]!)),

    /** From the commit that placed an order to the one that ended it, in milliseconds, since it was last asked. */
    latencies: () => endings.takeLatencies(),

    /** How many fulfillments this process has ended. */
    ended: () => endings.total,

    memory,

    /** The carrier tells that each parcel has arrived, and the sagas that track them end. */
    deliver: async () => {
      const track = app.get(TrackParcel, { strict: false });
      for (const { trackingNumber } of carrier.bookings.values())
        await track.apply(trackingNumber, 'deliver');
    },

    /** Writes down what this process's gateway and carrier remember, where the auditor looks. */
    pour: () => withClient(databaseUrl, (client) => pour(client, gateway, carrier)),

    /** @returns how many violations the auditor finds, and the first of them */
    audit: async () => {
      app.get<WrittenLedgers>(OutsideLedgers, { strict: false }).written = true;
      const { violations } = await app.get(Auditor, { strict: false }).checkNow();
      return { violations: violations.length, first: violations[0]?.text ?? null };
    },
  },
  () => app.close(),
);
