import { z } from 'zod';
import { message } from '../../platform/messaging/message.js';
import { rejectionEvent } from '../../platform/messaging/rejection.js';

const order = z.object({ orderId: z.uuid() });
const closed = order.extend({ code: z.string() });

/** An order was taken and its fulfillment started, in one commit. */
export class OrderPlaced extends message(
  'orders.order-placed.v1',
  order.extend({ customerId: z.string(), totalAmount: z.int(), currency: z.string() }),
) {}

/** The order keeps all rules that go beyond shape and catalogue. */
export class OrderValidated extends message('orders.order-validated.v1', order) {}

/** At least one rule said no; `details.violations` lists all of them. */
export class OrderValidationRejected extends rejectionEvent('orders.order-validation-rejected.v1') {}

/** A person accepted an order above the review limit. */
export class OrderApproved extends message('orders.order-approved.v1', order.extend({ by: z.string() })) {}

/** A person declined an order above the review limit, or nobody decided in time. */
export class OrderDeclined extends rejectionEvent('orders.order-declined.v1') {}

/** Something went wrong or the customer cancelled; what was done is being undone. */
export class OrderCancelling extends message('orders.order-cancelling.v1', closed) {}

/** The end after undoing: nothing of the order is left, in stock or money. */
export class OrderCancelled extends message('orders.order-cancelled.v1', closed) {}

/** The end when the first step said no: nothing had been done. */
export class OrderRejected extends message('orders.order-rejected.v1', closed) {}

/** Paid, taken from stock and booked with the carrier. */
export class OrderConfirmed extends message('orders.order-confirmed.v1', order) {}

/** The carrier has collected the order's parcel. */
export class OrderShipped extends message('orders.order-shipped.v1', order) {}

/** The receiver has the order's parcel: the end of an order that came about. */
export class OrderDelivered extends message('orders.order-delivered.v1', order) {}

/**
 * The customer wanted these orders' names and addresses gone, and here they are. Who keeps a copy of its own
 * erases it too; an order that is still on its way may keep it until it has arrived.
 */
export class PersonalDataErased extends message(
  'orders.personal-data-erased.v1',
  z.object({ orderIds: z.array(z.uuid()) }),
) {}
