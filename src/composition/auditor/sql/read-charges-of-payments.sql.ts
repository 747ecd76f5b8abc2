import { statement } from '../../../platform/database/statement.js';

export interface LedgerCharge {
  /** Our payment's id. */
  readonly reference: string;
  /** Captured, or still to be, and not given back. Minor units. */
  readonly kept: number;
  readonly charges: number;
  readonly currencies: string[];
}

/** What the sandbox gateway holds under each of these references. $1 references. */
export const readChargesOfPayments = statement(
  'auditor.sandbox.read-charges-of-payments',
  `SELECT reference, sum(amount - refunded_amount)::bigint AS kept, count(*)::int AS charges,
          array_agg(DISTINCT currency::text) AS currencies
     FROM sandbox.charge
    WHERE reference = ANY ($1::uuid[]) AND voided_at IS NULL
    GROUP BY reference`,
);
