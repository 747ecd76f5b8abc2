import { statement } from '../../../platform/database/statement.js';

/**
 * $1 payments, $2 what was given back (above 0), $3 the gateway's references, $4 the states to move from. Should the
 * gateway have charged twice, it gave back more than our payment is about, and we record that it is given back.
 */
export const refundPayments = statement(
  'billing.refund-payments',
  `WITH held AS (
     SELECT payment.id, payment.status, answered.amount, answered.gateway_reference
       FROM billing.payment
       JOIN unnest($1::uuid[], $2::bigint[], $3::text[]) AS answered (id, amount, gateway_reference) USING (id)
      WHERE payment.id = ANY ($1::uuid[])
      ORDER BY payment.id
        FOR NO KEY UPDATE OF payment
   )
   UPDATE billing.payment
      SET status = 'refunded', refunded_amount = LEAST(held.amount, payment.amount), decline_code = NULL,
          gateway_reference = COALESCE(payment.gateway_reference, held.gateway_reference), updated_at = now()
     FROM held
    WHERE payment.id = ANY ($1::uuid[]) AND payment.id = held.id AND held.status = ANY ($4::text[])`,
);
