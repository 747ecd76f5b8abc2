import { z } from 'zod';
import { message } from '../../platform/messaging/message.js';

const payment = z.object({ paymentId: z.uuid(), orderId: z.uuid() });

/**
 * Takes the money. `paymentId` is the reference that the gateway knows the charge by and its idempotency key.
 * Ends in `PaymentCharged` or `PaymentDeclined`.
 */
export class ChargePayment extends message(
  'billing.charge-payment.v1',
  payment.extend({ amount: z.int().positive(), currency: z.string(), paymentMethod: z.string() }),
) {}

/**
 * Gives back what the gateway's ledger says was captured under `paymentId`, once. Ends in `PaymentRefunded`, also
 * when nothing was captured; a payment whose refund came first cannot be charged any more (`BILLING.VOIDED`).
 *
 * `occasion` is for money that turns up after the payment had been undone: what makes this refund another one than
 * those before, for the gateway too. Without it: the charge's own refund, of which there is one.
 */
export class RefundPayment extends message(
  'billing.refund-payment.v1',
  payment.extend({ occasion: z.uuid().optional() }),
) {
  static readonly undoes = [ChargePayment.wireName];
}
