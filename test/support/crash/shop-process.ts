import { Module, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { SandboxGatewayPace } from '../../../src/billing/gateway/sandbox-pace.js';
import { BillingModule } from '../../../src/billing/billing.module.js';
import { CompositionModule } from '../../../src/composition/composition.module.js';
import { InventoryModule } from '../../../src/inventory/inventory.module.js';
import { OrdersModule } from '../../../src/orders/orders.module.js';
import { readSettings } from '../../../src/platform/config/read-settings.js';
import { PlatformModule } from '../../../src/platform/platform.module.js';
import { orderFulfillment, SagaModule } from '../../../src/saga/index.js';
import { ShippingModule } from '../../../src/shipping/shipping.module.js';

/** Orders above this wait for a person; minor units. */
export const reviewAbove = 100_000;

/** Starts the shop without its HTTP server, as a process of the crash kit. @param version that new orders get */
export async function bootShop(databaseUrl: string, version: number): Promise<INestApplicationContext> {
  const settings = readSettings({
    LOG_LEVEL: 'silent',
    LEASE_SECONDS: '3',
    REVIEW_ABOVE: String(reviewAbove),
  });
  const defaultVersions = { ...orderFulfillment.defaultVersions, 'order-fulfillment': version };

  @Module({
    imports: [
      PlatformModule.forRoot({ settings, databaseUrl }),
      SagaModule.forRoot({ ...orderFulfillment, defaultVersions }),
      CompositionModule,
      OrdersModule,
      InventoryModule,
      BillingModule,
      ShippingModule,
    ],
  })
  class Shop {}

  const app = await NestFactory.createApplicationContext(Shop, {
    logger: process.env.CRASH_LOG ? undefined : false,
    abortOnError: false,
  });
  Object.assign(app.get(SandboxGatewayPace, { strict: false }), { bankSeconds: 0.1 });
  return app;
}
