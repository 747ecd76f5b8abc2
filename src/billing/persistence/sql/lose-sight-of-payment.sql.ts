import { statement } from '../../../platform/database/statement.js';

/** $1 payment, $2 the states to move from. */
export const loseSightOfPayment = statement(
  'billing.lose-sight-of-payment',
  `UPDATE billing.payment SET status = 'unknown', updated_at = now() WHERE id = $1 AND status = ANY ($2::text[])`,
);
