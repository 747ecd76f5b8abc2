import { statement } from '../../../platform/database/statement.js';

export interface FoundChargeRow {
  /** Null: nothing was or will be taken under the reference. */
  gateway_reference: string | null;
  captured: boolean | null;
  refused: boolean;
}

/** What the gateway knows under a reference: what took money first, then what the bank has yet to confirm. */
export const findCharge = statement(
  'billing.sandbox.find-charge',
  `SELECT charge.gateway_reference, charge.available_at <= clock_timestamp() AS captured,
          ours.refused_at IS NOT NULL AS refused
     FROM sandbox.reference AS ours
     LEFT JOIN sandbox.charge ON charge.reference = ours.reference AND charge.voided_at IS NULL
    WHERE ours.dependency = 'payments' AND ours.reference = $1
    ORDER BY charge.available_at
    LIMIT 1`,
);
