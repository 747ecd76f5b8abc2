import { z } from 'zod';
import { message } from '../../platform/messaging/message.js';
import { rejectionEvent } from '../../platform/messaging/rejection.js';

const payment = z.object({ paymentId: z.uuid(), orderId: z.uuid() });

/** The gateway has taken the money. */
export class PaymentCharged extends message(
  'billing.payment-charged.v1',
  payment.extend({ amount: z.int(), currency: z.string(), gatewayReference: z.string() }),
) {}
/** The gateway or the bank said no, for good: `BILLING.CARD_DECLINED`, `BILLING.INSUFFICIENT_FUNDS`, … */
export class PaymentDeclined extends rejectionEvent('billing.payment-declined.v1') {}
/** What had been captured is given back. `amount` 0: nothing had been captured. */
export class PaymentRefunded extends message(
  'billing.payment-refunded.v1',
  payment.extend({ amount: z.int(), currency: z.string().nullable() }),
) {}

/** The gateway told us by itself that the bank said yes. A hint: what it is worth is found out by asking. */
export class PaymentConfirmedByGateway extends message(
  'billing.payment-confirmed-by-gateway.v1',
  payment.extend({ gatewayReference: z.string() }),
) {}
/** The gateway told us by itself that the bank said no. A hint, as above. */
export class PaymentFailedAtGateway extends message(
  'billing.payment-failed-at-gateway.v1',
  payment.extend({ gatewayReference: z.string(), code: z.string() }),
) {}
/**
 * The gateway told us by itself of money that it took for a payment which we have as declined, or as given back and
 * not under this reference of theirs. A hint, as above: what was done for the order since then decides.
 */
export class LateChargeReported extends message(
  'billing.late-charge-reported.v1',
  payment.extend({ gatewayReference: z.string() }),
) {}
