import { join } from 'node:path';
import { cancelLateBookingV1 } from './order-fulfillment/cancel-late-booking.v1.js';
import { orderAttributes } from './order-fulfillment/order-attributes.js';
import { orderFulfillmentV1 } from './order-fulfillment/order-fulfillment.v1.js';
import { orderFulfillmentV2 } from './order-fulfillment/order-fulfillment.v2.js';
import { returnLateChargeV1 } from './order-fulfillment/return-late-charge.v1.js';
import { orderTrackingV1 } from './order-tracking/order-tracking.v1.js';
import { readReleased } from './released/read-released.js';
import type { SagaModuleOptions } from './saga.module.js';
import { OrderFulfillmentStreams } from './streams/order-fulfillment.streams.js';

/** The reference definitions with their streams; new orders take v2. */
export const orderFulfillment: SagaModuleOptions = {
  definitions: [
    orderFulfillmentV1,
    orderFulfillmentV2,
    orderTrackingV1,
    returnLateChargeV1,
    cancelLateBookingV1,
  ],
  defaultVersions: {
    'order-fulfillment': 2,
    'order-tracking': 1,
    'return-late-charge': 1,
    'cancel-late-booking': 1,
  },
  released: readReleased(join(import.meta.dirname, '../../sagas.released.json')),
  streams: [OrderFulfillmentStreams],
  businessKeys: {
    'order-fulfillment': 'orderId',
    'order-tracking': 'orderId',
    'return-late-charge': 'orderId',
    'cancel-late-booking': 'orderId',
  },
  spanAttributes: {
    'order-fulfillment': orderAttributes,
    'order-tracking': orderAttributes,
    'return-late-charge': orderAttributes,
    'cancel-late-booking': orderAttributes,
  },
};
