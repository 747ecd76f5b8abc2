import { statement } from '../../../platform/database/statement.js';

export interface FoundRefundRow {
  amount: number;
  currency: string | null;
  gateway_reference: string | null;
}

/** What was given back under a reference; no row when it was never asked for. */
export const findRefund = statement(
  'billing.sandbox.find-refund',
  `SELECT COALESCE(sum(charge.refunded_amount), 0)::bigint AS amount,
          min(charge.currency) AS currency,
          min(charge.gateway_reference) AS gateway_reference
     FROM sandbox.reference AS ours
     LEFT JOIN sandbox.charge ON charge.reference = ours.reference AND charge.refunded_amount > 0
    WHERE ours.dependency = 'payments' AND ours.reference = $1 AND ours.refused_at IS NOT NULL
    GROUP BY ours.reference`,
);
