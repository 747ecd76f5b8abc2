import { z } from 'zod';
import { MarkDelivered, MarkShipped } from '../../orders/contracts/order-commands.js';
import { OrderConfirmed, OrderDelivered, OrderShipped } from '../../orders/contracts/order-events.js';
import {
  ShipmentDelivered,
  ShipmentFailed,
  ShipmentInTransit,
} from '../../shipping/contracts/shipping-events.js';
import { defineSaga, goesOn, ignore, keep } from '../definition/index.js';

const day = 24 * 60 * 60 * 1_000;
const onlyOrder = ({ input }: { input: { orderId: string } }) => input;

/**
 * order-tracking v1: takes a confirmed order to its door. It begins in the commit that confirms the order and then
 * only waits, for months if need be; what the carrier never tells leaves the order where it is.
 *
 * A parcel that is delivered was collected before, whatever was heard of it: `delivered` may overtake `collected`, and
 * an event that one wait has used up is gone for the next.
 */
export const orderTrackingV1 = defineSaga('order-tracking', 1, z.object({ orderId: z.uuid() }))
  .startedBy(OrderConfirmed, ({ orderId }) => ({ correlationId: orderId, input: { orderId } }))
  .rollover({ everyMs: day, atEntries: 200 })
  .retriable('await-collection', (s) =>
    s
      .wait({ withinMs: 30 * day })
      .on('collected', ShipmentInTransit)
      .on('delivered', ShipmentDelivered)
      .overdue(goesOn()),
  )
  .retriable('mark-shipped', (s) =>
    s
      .local()
      .action(MarkShipped, onlyOrder)
      .succeeds(OrderShipped)
      .skipWhen(({ results }) => results['await-collection'].case === 'overdue'),
  )
  .retriable('await-delivery', (s) =>
    s
      .wait({ withinMs: 90 * day })
      .on('delivered', ShipmentDelivered)
      .overdue(goesOn())
      .skipWhen(({ results }) => results['await-collection'].case !== 'collected'),
  )
  .retriable('mark-delivered', (s) =>
    s
      .local()
      .action(MarkDelivered, onlyOrder)
      .succeeds(OrderDelivered)
      .skipWhen(
        ({ results }) =>
          results['await-collection'].case !== 'delivered' && results['await-delivery']?.case !== 'delivered',
      ),
  )
  .hears(ShipmentDelivered, { 'mark-shipped': keep(day), otherwise: ignore('it was delivered already') })
  .hears(ShipmentInTransit, { otherwise: ignore('it was collected already') })
  .hears(ShipmentFailed, { otherwise: ignore('the carrier may still deliver it') })
  .build();
