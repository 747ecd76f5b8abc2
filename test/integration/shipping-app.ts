import { Global, Module, type DynamicModule } from '@nestjs/common';
import { CommandBus, EventBus } from '@nestjs/cqrs';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import { DataSource } from 'typeorm';
import { v7 } from 'uuid';
import { readSettings } from '../../src/platform/config/read-settings.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { appOptions, configureApp } from '../../src/platform/http/configure-app.js';
import { sign } from '../../src/platform/http/webhook-signature.js';
import type { Attempt } from '../../src/platform/messaging/command-handlers.js';
import type { Message } from '../../src/platform/messaging/message.js';
import { PlatformModule } from '../../src/platform/platform.module.js';
import type { SandboxFaults } from '../../src/platform/sandbox/sandbox-faults.js';
import { SandboxWorld } from '../../src/platform/sandbox/sandbox-world.js';
import { Clock, SystemClock } from '../../src/platform/time/clock.js';
import { ArrangeShippingHandler } from '../../src/shipping/application/arrange-shipping.handler.js';
import { CancelShipmentHandler } from '../../src/shipping/application/cancel-shipment.handler.js';
import { Carrier } from '../../src/shipping/carrier/carrier.js';
import { SandboxPace } from '../../src/shipping/carrier/sandbox-pace.js';
import { DeliveryAddresses, type DeliveryAddress } from '../../src/shipping/contracts/ports.js';
import { ArrangeShipping, CancelShipment } from '../../src/shipping/contracts/shipping-commands.js';
import { ShippingModule } from '../../src/shipping/shipping.module.js';
import { createTestDatabase } from '../support/database.js';
import { HttpClient } from '../support/http-client.js';

export const ADDRESS: DeliveryAddress = {
  name: 'Ada Lovelace',
  line1: 'Hauptstraße 1',
  line2: null,
  city: 'Berlin',
  postalCode: '10115',
  country: 'DE',
};

/** Addresses in memory, in place of the orders module. */
export class AddressesInMemory extends DeliveryAddresses {
  readonly byOrder = new Map<string, DeliveryAddress>();

  async find(orderIds: readonly string[]): Promise<Map<string, DeliveryAddress>> {
    return new Map(
      orderIds.flatMap((id) => (this.byOrder.has(id) ? [[id, this.byOrder.get(id)!] as const] : [])),
    );
  }
}

@Global()
@Module({})
class SurroundingsModule {
  static with(addresses: DeliveryAddresses): DynamicModule {
    return {
      module: SurroundingsModule,
      providers: [
        { provide: DeliveryAddresses, useValue: addresses },
        { provide: Clock, useClass: SystemClock },
      ],
      exports: [DeliveryAddresses, Clock],
    };
  }
}

export interface ShippingAppOptions {
  readonly tracking?: boolean;
  readonly pace?: Partial<SandboxPace>;
}

/** The shipping module alone with the real platform below it, on a database of its own, listening. */
export async function startShippingApp({ tracking = false, pace = {} }: ShippingAppOptions = {}) {
  const database = await createTestDatabase();
  const settings = readSettings({
    DATABASE_URL: database.url,
    LOG_LEVEL: 'silent',
    SANDBOX_TRACKING: tracking ? 'on' : 'off',
  });
  const addresses = new AddressesInMemory();
  const module = await Test.createTestingModule({
    imports: [
      PlatformModule.forRoot({ settings, databaseUrl: database.url }),
      SurroundingsModule.with(addresses),
      ShippingModule,
    ],
  })
    .overrideProvider(SandboxPace)
    .useValue(new SandboxPace(pace))
    .compile();
  const app = module.createNestApplication<NestExpressApplication>(appOptions);
  configureApp(app);
  await app.listen(0, '127.0.0.1');
  const events: Message<unknown>[] = [];
  app.get(EventBus).subscribe((event) => void events.push(event as Message<unknown>));
  const dataSource = app.get(DataSource);
  const world = app.get(SandboxWorld, { strict: false });
  const http = new HttpClient(await app.getUrl());

  return {
    app,
    http,
    events,
    dataSource,
    unitOfWork: app.get(UnitOfWork),
    commandBus: app.get(CommandBus),
    arrange: app.get(ArrangeShippingHandler, { strict: false }),
    cancel: app.get(CancelShipmentHandler, { strict: false }),
    carrier: app.get(Carrier, { strict: false }),
    setFaults: (faults: Partial<SandboxFaults>) => world.setFaults(faults),

    /** A new order that goes to this postal code. */
    order(postalCode = ADDRESS.postalCode): ArrangeShipping {
      const orderId = v7();
      addresses.byOrder.set(orderId, { ...ADDRESS, postalCode });
      return new ArrangeShipping({ shipmentId: v7(), orderId });
    },

    moveHouse(orderId: string, address: Partial<DeliveryAddress>): void {
      addresses.byOrder.set(orderId, { ...addresses.byOrder.get(orderId)!, ...address });
    },

    async row(shipmentId: string): Promise<Record<string, unknown> | undefined> {
      const rows: Record<string, unknown>[] = await dataSource.query(
        'SELECT * FROM shipping.shipment WHERE id = $1',
        [shipmentId],
      );
      return rows[0];
    },

    async bookings(reference: string): Promise<{ status: string; tracking_number: string }[]> {
      return dataSource.query(
        'SELECT status, tracking_number FROM sandbox.booking WHERE reference = $1 ORDER BY created_at',
        [reference],
      );
    },

    /** Posts what a carrier would post; a new event unless the id is given. */
    async tell(type: string, data: unknown, id: string = v7()) {
      const body = JSON.stringify({ id, type, createdAt: new Date().toISOString(), data });
      const signature = sign(settings.webhookSecrets[0]!, body, new Date());
      return http.post<{ code?: string; errors?: { pointer: string }[] }>('/v1/webhooks/carrier', body, {
        key: null,
        headers: { 'webhook-signature': signature },
      });
    },

    async close(): Promise<void> {
      await app.close();
      await database.drop();
    },
  };
}

export type ShippingApp = Awaited<ReturnType<typeof startShippingApp>>;

export const cancellationOf = ({ data }: ArrangeShipping) => new CancelShipment(data);

/** One attempt of a call; `progress` collects what it reports. */
export function attempt(more: Partial<Attempt> = {}): Attempt & { readonly progress: unknown[] } {
  const progress: unknown[] = [];
  return {
    number: 1,
    signal: AbortSignal.timeout(20_000),
    lastProgress: null,
    heartbeat: (reported) => void progress.push(reported),
    ...more,
    progress,
  };
}
