import { statement } from '../../../platform/database/statement.js';

/** $1 payments, $2 codes, $3 the states to move from. Answers `MovedPaymentRow`s. */
export const declinePayments = statement(
  'billing.decline-payments',
  `WITH held AS (
     SELECT payment.id, payment.order_id, payment.status, payment.gateway_reference AS reference_before,
            answered.code
       FROM billing.payment
       JOIN unnest($1::uuid[], $2::text[]) AS answered (id, code) USING (id)
      WHERE payment.id = ANY ($1::uuid[])
      ORDER BY payment.id
        FOR NO KEY UPDATE OF payment
   ), moved AS (
     UPDATE billing.payment
        SET status = 'declined', decline_code = held.code, updated_at = now()
       FROM held
      WHERE payment.id = ANY ($1::uuid[]) AND payment.id = held.id AND held.status = ANY ($3::text[])
   )
   SELECT id, order_id, status AS status_before, reference_before FROM held`,
);
