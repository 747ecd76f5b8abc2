import { Global, Module } from '@nestjs/common';
import { Fulfillments, ProductCatalogue } from '../orders/contracts/ports.js';
import { DeliveryAddresses } from '../shipping/contracts/ports.js';
import { OrderDeliveryAddresses } from './delivery-addresses.js';
import { InventoryProductCatalogue } from './product-catalogue.js';
import { SagaFulfillments } from './saga-fulfillments.js';

/** Where modules meet: the ports that they declare in their contracts, implemented from the others' contracts. */
@Global()
@Module({
  providers: [
    { provide: ProductCatalogue, useClass: InventoryProductCatalogue },
    { provide: Fulfillments, useClass: SagaFulfillments },
    { provide: DeliveryAddresses, useClass: OrderDeliveryAddresses },
  ],
  exports: [ProductCatalogue, Fulfillments, DeliveryAddresses],
})
export class CompositionModule {}
