import { statement } from '../../../platform/database/statement.js';

export interface LedgerRow {
  reference: string;
  order_id: string;
  amount: number;
  refunded_amount: number;
  currency: string;
  idempotency_key: string;
  gateway_reference: string;
  available_at: Date;
}

/** Only what took money: neither what a bank has yet to confirm nor what was voided before. */
export const listCharges = statement(
  'billing.sandbox.list-charges',
  `SELECT reference, order_id, amount, refunded_amount, currency, idempotency_key, gateway_reference,
          available_at
     FROM sandbox.charge
    WHERE available_at <= clock_timestamp() AND voided_at IS NULL
      AND (available_at, gateway_reference) < (COALESCE($2::timestamptz, 'infinity'), COALESCE($3::text, ''))
    ORDER BY available_at DESC, gateway_reference DESC
    LIMIT $1`,
);
