import { ChargePayment, RefundPayment } from '../../billing/contracts/billing-commands.js';
import { PaymentCharged, PaymentDeclined, PaymentRefunded } from '../../billing/contracts/billing-events.js';
import { ReserveAndCommitInventory, ReturnInventory } from '../../inventory/contracts/inventory-commands.js';
import {
  InventoryCommitted,
  InventoryRejected,
  InventoryReturned,
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
 * order-fulfillment v1: paid first, then taken from stock in one step.
 * A change to a released version is a new version: orders in flight run this one to their end.
 */
export const orderFulfillmentV1 = defineSaga('order-fulfillment', 1, fulfillmentInput)
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
  .step('charge-payment', (s) =>
    s
      .external({ attemptTimeoutMs: 5_000, dependency: 'payments', confirmed: byBank })
      .action(ChargePayment, charge)
      .succeeds(PaymentCharged)
      .rejects(PaymentDeclined)
      .compensation(RefundPayment, refund, PaymentRefunded, { attemptTimeoutMs: 5_000 }),
  )
  .step('reserve-and-commit-inventory', (s) =>
    s
      .local()
      .action(ReserveAndCommitInventory, orderAndLines)
      .succeeds(InventoryCommitted)
      .rejects(InventoryRejected)
      .compensation(
        ReturnInventory,
        ({ input }) => ({ orderId: input.orderId, to: 'stock' as const }),
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
