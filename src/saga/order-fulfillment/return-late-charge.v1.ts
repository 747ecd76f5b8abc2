import { RefundPayment } from '../../billing/contracts/billing-commands.js';
import { PaymentRefunded } from '../../billing/contracts/billing-events.js';
import { defineSaga } from '../definition/index.js';
import { lateSuccess, undoneForGood } from './late-success.js';

/**
 * return-late-charge v1: gives back money that turned up at the gateway after its order's charge had been undone, or
 * had come to nothing. A change to a released version is a new version.
 */
export const returnLateChargeV1 = defineSaga('return-late-charge', 1, lateSuccess)
  .retry(undoneForGood.retry)
  .retriable('refund-payment', (s) =>
    s
      .external({ attemptTimeoutMs: 5_000, keyProtectionMs: undoneForGood.keyProtectionMs })
      // A refund of its own: under the key of the order's own refund the gateway would answer that one again.
      .action(RefundPayment, ({ input, reference }) => ({
        paymentId: input.reference,
        orderId: input.orderId,
        occasion: reference,
      }))
      .succeeds(PaymentRefunded),
  )
  .build();
