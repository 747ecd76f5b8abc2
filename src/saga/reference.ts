import { orderFulfillmentV1 } from './order-fulfillment/order-fulfillment.v1.js';
import { orderFulfillmentV2 } from './order-fulfillment/order-fulfillment.v2.js';
import type { SagaModuleOptions } from './saga.module.js';
import { OrderFulfillmentStreams } from './streams/order-fulfillment.streams.js';

/** The reference definitions with their streams; new orders take v2. */
export const orderFulfillment: SagaModuleOptions = {
  definitions: [orderFulfillmentV1, orderFulfillmentV2],
  defaultVersions: { 'order-fulfillment': 2 },
  streams: [OrderFulfillmentStreams],
};
