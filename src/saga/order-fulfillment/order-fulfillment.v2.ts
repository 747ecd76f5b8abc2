import { ChargePayment, RefundPayment } from '../../billing/contracts/billing-commands.js';
import { PaymentCharged, PaymentDeclined, PaymentRefunded } from '../../billing/contracts/billing-events.js';
import {
  CommitInventory,
  ReleaseReservation,
  ReserveInventory,
  ReturnInventory,
} from '../../inventory/contracts/inventory-commands.js';
import {
  InventoryCommitted,
  InventoryRejected,
  InventoryReserved,
  InventoryReturned,
  ReservationReleased,
} from '../../inventory/contracts/inventory-events.js';
import {
  BeginCancellation,
  CloseOrder,
  ConfirmOrder,
  ValidateOrder,
} from '../../orders/contracts/order-commands.js';
import {
  OrderApproved,
  OrderCancelled,
  OrderCancelling,
  OrderConfirmed,
  OrderDeclined,
  OrderRejected,
  OrderValidated,
  OrderValidationRejected,
} from '../../orders/contracts/order-events.js';
import { ArrangeShipping, CancelShipment } from '../../shipping/contracts/shipping-commands.js';
import {
  ShipmentCancelled,
  ShippingArranged,
  ShippingRefused,
} from '../../shipping/contracts/shipping-events.js';
import { defineSaga, ignore, turnsBack } from '../definition/index.js';
import { fulfillmentInput } from './input.js';
import {
  byBank,
  byCarrier,
  charge,
  closing,
  failureOf,
  needsNoReview,
  onlyOrder,
  orderAndLines,
  refund,
  reviewDeadlineMs,
  ship,
  withdraw,
} from './shared-steps.js';

/**
 * order-fulfillment v2, the default: the stock is held first, taken only when it is paid.
 * A change to a released version is a new version: orders in flight run this one to their end.
 */
export const orderFulfillmentV2 = defineSaga('order-fulfillment', 2, fulfillmentInput)
  .undoing(BeginCancellation, failureOf, OrderCancelling)
  .undone(CloseOrder, closing, OrderCancelled, OrderRejected)
  .step('validate-order', (s) =>
    s
      .local()
      .action(ValidateOrder, onlyOrder)
      .succeeds(OrderValidated)
      .rejects(OrderValidationRejected)
      .noCompensation('it only reads'),
  )
  .step('review-order', (s) =>
    s
      .wait({ withinMs: reviewDeadlineMs })
      .on('approved', OrderApproved)
      .turnsBackOn('declined', OrderDeclined)
      .overdue(turnsBack('ORDERS.REVIEW_TIMED_OUT', 'The order was not reviewed in time.'))
      .skipWhen(needsNoReview)
      .noCompensation('it only decides'),
  )
  .step('reserve-inventory', (s) =>
    s
      .local()
      .action(ReserveInventory, orderAndLines)
      .succeeds(InventoryReserved)
      .rejects(InventoryRejected)
      // Only what has been returned to the reservation can be released: never overtake a return that is parked.
      .compensation(ReleaseReservation, onlyOrder, ReservationReleased, { after: ['commit-inventory'] }),
  )
  .step('charge-payment', (s) =>
    s
      .external({ attemptTimeoutMs: 5_000, dependency: 'payments', confirmed: byBank })
      .action(ChargePayment, charge)
      .succeeds(PaymentCharged)
      .rejects(PaymentDeclined)
      .compensation(RefundPayment, refund, PaymentRefunded, { attemptTimeoutMs: 5_000 }),
  )
  .step('commit-inventory', (s) =>
    s
      .local()
      .action(CommitInventory, onlyOrder)
      .succeeds(InventoryCommitted)
      .rejects(InventoryRejected)
      .compensation(
        ReturnInventory,
        ({ input }) => ({ orderId: input.orderId, to: 'reservation' as const }),
        InventoryReturned,
      ),
  )
  .pivot('arrange-shipping', (s) =>
    s
      .external({
        attemptTimeoutMs: 60_000,
        heartbeatTimeoutMs: 5_000,
        dependency: 'carrier',
        confirmed: byCarrier,
      })
      .action(ArrangeShipping, ship)
      .succeeds(ShippingArranged)
      .rejects(ShippingRefused)
      .withdrawal(CancelShipment, withdraw, ShipmentCancelled),
  )
  .retriable('confirm-order', (s) => s.local().action(ConfirmOrder, onlyOrder).succeeds(OrderConfirmed))
  .unexpected(ignore('the order does not wait for it'))
  .build();
