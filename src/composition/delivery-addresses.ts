import { Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { GetShippingAddresses } from '../orders/contracts/order-queries.js';
import { DeliveryAddresses, type DeliveryAddress } from '../shipping/contracts/ports.js';

/** Shipments go to the address that their order has at that moment. */
@Injectable()
export class OrderDeliveryAddresses extends DeliveryAddresses {
  constructor(private readonly queries: QueryBus) {
    super();
  }

  find(orderIds: readonly string[]): Promise<Map<string, DeliveryAddress>> {
    return this.queries.execute(new GetShippingAddresses(orderIds));
  }
}
