import { Module, type DynamicModule } from '@nestjs/common';
import { BillingModule } from './billing/billing.module.js';
import { CompositionModule } from './composition/composition.module.js';
import { InventoryModule } from './inventory/inventory.module.js';
import { OrdersModule } from './orders/orders.module.js';
import type { Settings } from './platform/config/settings.js';
import { PlatformModule } from './platform/platform.module.js';
import {
  orderFulfillment,
  requireReleasedVersions,
  requireVersionsInFlight,
  SagaAdminModule,
  SagaMetricsModule,
  SagaModule,
} from './saga/index.js';
import { ShippingModule } from './shipping/shipping.module.js';

export interface AppOptions {
  readonly settings: Settings;
  readonly databaseUrl: string;
}

/** The composition root: the only file that names every module. */
@Module({})
export class AppModule {
  /** What must be true of this build, before it touches the database. @throws StartupError */
  static requireSoundBuild(): void {
    requireReleasedVersions(orderFulfillment);
  }

  /** What must be true of this build and what lies in the database. @throws StartupError */
  static requireFitFor(databaseUrl: string): Promise<void> {
    return requireVersionsInFlight(orderFulfillment, databaseUrl);
  }

  static forRoot({ settings, databaseUrl }: AppOptions): DynamicModule {
    return {
      module: AppModule,
      imports: [
        // First, because a request tries the routes in this order, and most are about orders.
        OrdersModule,
        PlatformModule.forRoot({ settings, databaseUrl }),
        SagaModule.forRoot(orderFulfillment),
        SagaAdminModule,
        SagaMetricsModule,
        CompositionModule,
        InventoryModule,
        BillingModule,
        ShippingModule,
      ],
    };
  }
}
