import { turnsBack, type CauseInfo } from '../definition/index.js';
import type { FulfillmentInput } from './input.js';

/** Three days for a person to decide; then the order is declined. */
export const reviewDeadlineMs = 3 * 24 * 60 * 60 * 1_000;

const hours = (count: number) => count * 60 * 60 * 1_000;

/** A bank may take a day over a payment; the stock is held meanwhile, so not longer. */
export const byBank = {
  withinMs: hours(24),
  askEveryMs: hours(1),
  overdue: turnsBack('BILLING.NOT_CONFIRMED', 'The bank has not confirmed the payment in time.'),
};

/** The goods are packed and paid; a carrier that has not said yes within a day is told no. */
export const byCarrier = {
  withinMs: hours(24),
  askEveryMs: hours(1),
  overdue: turnsBack('SHIPPING.NOT_CONFIRMED', 'The carrier has not confirmed the booking in time.'),
};

/** The mappings that v1 and v2 have in common. A released version uses them, so they are frozen with it. */
export const onlyOrder = ({ input }: { input: FulfillmentInput }) => ({ orderId: input.orderId });

export const orderAndLines = ({ input }: { input: FulfillmentInput }) => ({
  orderId: input.orderId,
  lines: input.lines,
});

export const needsNoReview = ({ input }: { input: FulfillmentInput }) =>
  input.totalAmount <= input.reviewAbove;

export const charge = ({ input, reference }: { input: FulfillmentInput; reference: string }) => ({
  paymentId: reference,
  orderId: input.orderId,
  amount: input.totalAmount,
  currency: input.currency,
  paymentMethod: input.paymentMethod,
});

/** Refunds by the charge's own reference, so it works also when the charge's answer was never learnt. */
export const refund = ({ input, action }: { input: FulfillmentInput; action: { reference: string } }) => ({
  paymentId: action.reference,
  orderId: input.orderId,
});

export const ship = ({ input, reference }: { input: FulfillmentInput; reference: string }) => ({
  shipmentId: reference,
  orderId: input.orderId,
});

/** Makes a booking impossible that may still be on its way to the carrier. */
export const withdraw = ({ input, action }: { input: FulfillmentInput; action: { reference: string } }) => ({
  shipmentId: action.reference,
  orderId: input.orderId,
});

export const failureOf = ({ input, cause }: { input: FulfillmentInput; cause: CauseInfo }) => ({
  orderId: input.orderId,
  code: cause.code,
  message: cause.message,
});

/** A no of the first step is a rejected order: nothing had been done. All else is a cancelled one. */
export const closing = (context: { input: FulfillmentInput; cause: CauseInfo }) => ({
  ...failureOf(context),
  as:
    context.cause.index === 0 && context.cause.type === 'rejected'
      ? ('rejected' as const)
      : ('cancelled' as const),
});
