import { Global, Module } from '@nestjs/common';
import { Fulfillments, ProductCatalogue } from '../orders/contracts/ports.js';
import { ConsequenceWords, RiskBooks } from '../saga/index.js';
import { SandboxModule } from '../platform/sandbox/sandbox.module.js';
import { DeliveryAddresses } from '../shipping/contracts/ports.js';
import { AuditorModule } from './auditor/auditor.module.js';
import { OrderDeliveryAddresses } from './delivery-addresses.js';
import { EraseReceiversWithOrders } from './erase-receivers-with-orders.js';
import { OrderConsequences } from './order-consequences.js';
import { InventoryProductCatalogue } from './product-catalogue.js';
import { LateSuccessesModule } from './late-successes/late-successes.module.js';
import { OrderRiskBooks } from './risk/order-risk-books.js';
import { RiskMetrics } from './risk/risk-metrics.js';
import { ResolveBookingOnNotice } from './resolve-booking-on-notice.js';
import { ResolvePaymentOnNotice } from './resolve-payment-on-notice.js';
import { SagaFulfillments } from './saga-fulfillments.js';
import { TellOrderTracking } from './tell-order-tracking.js';
import { SandboxController } from './sandbox/sandbox.controller.js';

/** Where modules meet: the ports that they declare in their contracts, implemented from the others' contracts. */
@Global()
@Module({
  imports: [SandboxModule, AuditorModule, LateSuccessesModule],
  controllers: [SandboxController],
  providers: [
    EraseReceiversWithOrders,
    ResolveBookingOnNotice,
    ResolvePaymentOnNotice,
    TellOrderTracking,
    { provide: ProductCatalogue, useClass: InventoryProductCatalogue },
    { provide: Fulfillments, useClass: SagaFulfillments },
    { provide: DeliveryAddresses, useClass: OrderDeliveryAddresses },
    { provide: ConsequenceWords, useClass: OrderConsequences },
    { provide: RiskBooks, useClass: OrderRiskBooks },
    RiskMetrics,
  ],
  exports: [ProductCatalogue, Fulfillments, DeliveryAddresses, ConsequenceWords, RiskBooks],
})
export class CompositionModule {}
