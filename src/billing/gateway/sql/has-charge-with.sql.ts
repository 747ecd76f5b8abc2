import { statement } from '../../../platform/database/statement.js';

/** A row when something was taken under the reference with this payment method. */
export const hasChargeWith = statement(
  'billing.sandbox.has-charge-with',
  'SELECT FROM sandbox.charge WHERE reference = $1 AND payment_method = $2 AND voided_at IS NULL LIMIT 1',
);
