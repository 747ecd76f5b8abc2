import { Injectable } from '@nestjs/common';
import { ofType, Saga, type ICommand, type IEvent } from '@nestjs/cqrs';
import type { Observable } from 'rxjs';
import { PaymentCharged, PaymentDeclined, PaymentRefunded } from '../../billing/contracts/billing-events.js';
import {
  InventoryCommitted,
  InventoryRejected,
  InventoryReserved,
  InventoryReturned,
  ReservationReleased,
} from '../../inventory/contracts/inventory-events.js';
import {
  OrderCancelled,
  OrderCancelling,
  OrderConfirmed,
  OrderPlaced,
  OrderRejected,
  OrderValidated,
  OrderValidationRejected,
} from '../../orders/contracts/order-events.js';
import {
  ShipmentCancelled,
  ShippingArranged,
  ShippingRefused,
} from '../../shipping/contracts/shipping-events.js';
import { Continuations } from '../engine/continuations.js';
import { IntentMapping } from '../engine/intent-mapping.js';
import { toStepCommand } from './to-step-command.js';

/**
 * The streams of order-fulfillment: each event that a step or a compensation ends with, mapped to the command that
 * follows in the version that the order is pinned to. Which one that is was decided and stored in the event's own
 * commit; here it becomes a command. Rejections and failures lead to compensating commands the same way.
 */
@Injectable()
export class OrderFulfillmentStreams {
  constructor(
    private readonly continuations: Continuations,
    private readonly mapping: IntentMapping,
  ) {}

  /** A placed order begins with its first step. */
  @Saga()
  placed = (events: Observable<IEvent>): Observable<ICommand> =>
    events.pipe(
      ofType(OrderPlaced),
      toStepCommand(this.continuations, this.mapping, (event) => event.data.orderId),
    );

  @Saga()
  orders = (events: Observable<IEvent>): Observable<ICommand> =>
    events.pipe(
      ofType(
        OrderValidated,
        OrderValidationRejected,
        OrderConfirmed,
        OrderCancelling,
        OrderCancelled,
        OrderRejected,
      ),
      toStepCommand(this.continuations, this.mapping),
    );

  @Saga()
  inventory = (events: Observable<IEvent>): Observable<ICommand> =>
    events.pipe(
      ofType(
        InventoryReserved,
        InventoryRejected,
        InventoryCommitted,
        InventoryReturned,
        ReservationReleased,
      ),
      toStepCommand(this.continuations, this.mapping),
    );

  @Saga()
  billing = (events: Observable<IEvent>): Observable<ICommand> =>
    events.pipe(
      ofType(PaymentCharged, PaymentDeclined, PaymentRefunded),
      toStepCommand(this.continuations, this.mapping),
    );

  @Saga()
  shipping = (events: Observable<IEvent>): Observable<ICommand> =>
    events.pipe(
      ofType(ShippingArranged, ShippingRefused, ShipmentCancelled),
      toStepCommand(this.continuations, this.mapping),
    );
}
