import { z } from 'zod';
import { message } from '../../platform/messaging/message.js';

const order = z.object({ orderId: z.uuid() });
const failure = { code: z.string(), message: z.string() };

/** Checks the rules that go beyond shape and catalogue. Ends in `OrderValidated` or `OrderValidationRejected`. */
export class ValidateOrder extends message('orders.validate-order.v1', order) {}

/** `pending → confirmed`. Ends in `OrderConfirmed`; an order that is confirmed already stays as it is. */
export class ConfirmOrder extends message('orders.confirm-order.v1', order) {}

/** `confirmed → shipped`. Ends in `OrderShipped`; an order that is as far already stays as it is. */
export class MarkShipped extends message('orders.mark-shipped.v1', order) {}

/** `shipped → delivered`. Ends in `OrderDelivered`; an order that is delivered already stays as it is. */
export class MarkDelivered extends message('orders.mark-delivered.v1', order) {}

/** `pending → cancelling`, with the failure that the customer sees. Ends in `OrderCancelling`. */
export class BeginCancellation extends message('orders.begin-cancellation.v1', order.extend(failure)) {}

/**
 * The order's end when it does not come about. Ends in `OrderRejected` or `OrderCancelled`.
 * `as`: `rejected` when the first step said no and nothing had been done, otherwise `cancelled`.
 */
export class CloseOrder extends message(
  'orders.close-order.v1',
  order.extend({ as: z.enum(['rejected', 'cancelled']), ...failure }),
) {}
