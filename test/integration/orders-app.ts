import { Global, Module, type Type } from '@nestjs/common';
import { EventBus, type IEvent } from '@nestjs/cqrs';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { DataSource } from 'typeorm';
import {
  type CatalogueEntry,
  type FulfillmentRequest,
  Fulfillments,
  type FulfillmentView,
  ProductCatalogue,
  type TimelineItem,
} from '../../src/orders/contracts/ports.js';
import { OrdersModule } from '../../src/orders/orders.module.js';
import { readSettings } from '../../src/platform/config/read-settings.js';
import { appOptions, configureApp } from '../../src/platform/http/configure-app.js';
import { Rejection } from '../../src/platform/messaging/rejection.js';
import { PlatformModule } from '../../src/platform/platform.module.js';
import { createTestDatabase } from '../support/database.js';
import { HttpClient } from '../support/http-client.js';

/** A catalogue in memory. */
export class CatalogueInMemory extends ProductCatalogue {
  readonly products = new Map<string, CatalogueEntry>();

  add(sku: string, unitAmount: number, currency = 'EUR'): void {
    this.products.set(sku, { sku, name: `Product ${sku}`, unitAmount, currency });
  }

  async find(skus: readonly string[]): Promise<Map<string, CatalogueEntry>> {
    return new Map(skus.flatMap((sku) => (this.products.has(sku) ? [[sku, this.products.get(sku)!]] : [])));
  }
}

/** Fulfillments that go nowhere by themselves: the tests say what happens. */
export class FulfillmentsInMemory extends Fulfillments {
  readonly started: FulfillmentRequest[] = [];
  readonly cancelled: { orderId: string; reason: string; actor: string }[] = [];
  readonly reviewed: { orderId: string; approve: boolean; actor: string }[] = [];
  readonly waitingForReview = new Set<string>();
  readonly sentToCarrier = new Set<string>();
  readonly stories = new Map<string, TimelineItem[]>();
  failToStart = false;

  expect(): void {}

  async start(requests: readonly FulfillmentRequest[]): Promise<Map<string, FulfillmentView>> {
    if (this.failToStart) throw new Error('No fulfillment can be started.');
    this.started.push(...requests);
    return this.view(requests.map(({ orderId }) => orderId));
  }

  async view(orderIds: readonly string[]): Promise<Map<string, FulfillmentView>> {
    const known = new Set(this.started.map((request) => request.orderId));
    const view = {
      definition: 'order-fulfillment',
      version: 2,
      status: 'running',
      currentStep: 'validate-order',
    };
    return new Map(orderIds.filter((id) => known.has(id)).map((id) => [id, view]));
  }

  async cancel(orderId: string, request: { reason: string; actor: string }): Promise<void> {
    if (this.sentToCarrier.has(orderId)) throw new Rejection('ORDERS.TOO_LATE', 'It is with the carrier.');
    this.cancelled.push({ orderId, ...request });
  }

  async assertAddressMayChange(orderId: string): Promise<void> {
    if (this.sentToCarrier.has(orderId)) throw new Rejection('ORDERS.TOO_LATE', 'It is with the carrier.');
  }

  async review(
    orderId: string,
    decision: { approve: boolean; reason: string; actor: string },
  ): Promise<void> {
    if (!this.waitingForReview.has(orderId)) {
      throw new Rejection('ORDERS.NOT_WAITING_FOR_REVIEW', 'Nobody is asked to review this order.');
    }
    this.reviewed.push({ orderId, approve: decision.approve, actor: decision.actor });
  }

  async timeline(orderId: string): Promise<TimelineItem[]> {
    return this.stories.get(orderId) ?? [];
  }
}

/** What composition does in the product. */
@Global()
@Module({
  providers: [
    { provide: ProductCatalogue, useClass: CatalogueInMemory },
    { provide: Fulfillments, useClass: FulfillmentsInMemory },
  ],
  exports: [ProductCatalogue, Fulfillments],
})
class PortsModule {}

/** The orders module on the real platform, alone, on a database of its own. */
export interface OrdersApp {
  readonly app: NestExpressApplication;
  readonly http: HttpClient;
  readonly catalogue: CatalogueInMemory;
  readonly fulfillments: FulfillmentsInMemory;
  readonly dataSource: DataSource;
  /** Everything that was published, oldest first. */
  readonly events: IEvent[];
  get<T>(type: Type<T>): T;
  close(): Promise<void>;
}

/** @param sharedUrl another app's database, for tests of several processes; without it the app makes its own */
export async function startOrdersApp(sharedUrl?: string): Promise<OrdersApp & { url: string }> {
  const database = sharedUrl === undefined ? await createTestDatabase() : null;
  const url = sharedUrl ?? database!.url;
  const settings = readSettings({ LOG_LEVEL: 'silent' });

  @Module({ imports: [PlatformModule.forRoot({ settings, databaseUrl: url }), PortsModule, OrdersModule] })
  class OrdersOnlyModule {}

  const app = await NestFactory.create<NestExpressApplication>(OrdersOnlyModule, appOptions);
  configureApp(app);
  app.useLogger(false);
  await app.listen(0, '127.0.0.1');
  const events: IEvent[] = [];
  app.get(EventBus, { strict: false }).subscribe((event) => events.push(event));
  return {
    app,
    url,
    events,
    http: new HttpClient(await app.getUrl()),
    catalogue: app.get(ProductCatalogue, { strict: false }),
    fulfillments: app.get(Fulfillments, { strict: false }),
    dataSource: app.get(DataSource, { strict: false }),
    get: (type) => app.get(type, { strict: false }),
    close: async () => {
      await app.close();
      await database?.drop();
    },
  };
}

export const ADDRESS = {
  name: 'Ada Lovelace',
  line1: 'Hauptstraße 1',
  line2: null,
  city: 'Berlin',
  postalCode: '10115',
  country: 'DE',
};

/** An order as a client writes it. */
export function wish(more: Record<string, unknown> = {}) {
  return {
    customerId: 'c-42',
    currency: 'EUR',
    lines: [{ sku: 'SKU-1', quantity: 2 }],
    paymentMethod: 'pm_card_visa',
    shippingAddress: ADDRESS,
    ...more,
  };
}
