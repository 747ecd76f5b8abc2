/** The codes of the module, stable for ever: clients and saga definitions match on them. */
export const billingCodes = {
  cardDeclined: 'BILLING.CARD_DECLINED',
  insufficientFunds: 'BILLING.INSUFFICIENT_FUNDS',
  /** The number fails the Luhn check, or has a length that its brand does not have. */
  incorrectNumber: 'BILLING.INCORRECT_NUMBER',
  /** The card had expired when it was given. */
  expiredCard: 'BILLING.EXPIRED_CARD',
  /** The gateway knows no payment method under this token. */
  unknownPaymentMethod: 'BILLING.UNKNOWN_PAYMENT_METHOD',
  /** The payment was taken back before it was charged; it cannot be charged any more. */
  voided: 'BILLING.VOIDED',
  /** The bank said no after all, and the gateway gave no reason. */
  failedAtBank: 'BILLING.FAILED_AT_BANK',
  /** Not a no: the bank has not answered yet. */
  pending: 'BILLING.PENDING',
  /** Not a no: the gateway's answer was lost. */
  noAnswer: 'BILLING.NO_ANSWER',
  /** A mistake of ours: one idempotency key for two different requests. */
  keyReused: 'BILLING.IDEMPOTENCY_KEY_REUSED',
} as const;
