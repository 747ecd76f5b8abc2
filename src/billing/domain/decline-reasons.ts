import { billingCodes } from './billing-codes.js';

const reasons: Readonly<Record<string, string>> = {
  [billingCodes.cardDeclined]: 'The card was declined.',
  [billingCodes.insufficientFunds]: 'There is not enough money on the account.',
  [billingCodes.incorrectNumber]: 'The card number is not correct.',
  [billingCodes.expiredCard]: 'The card has expired.',
  [billingCodes.unknownPaymentMethod]: 'This payment method is not known.',
  [billingCodes.voided]: 'The payment was taken back before it was charged.',
  [billingCodes.failedAtBank]: 'The bank did not confirm the payment.',
};

/** Why a payment was declined, in a sentence for the customer. */
export function declineReason(code: string): string {
  return reasons[code] ?? 'The payment was declined.';
}
