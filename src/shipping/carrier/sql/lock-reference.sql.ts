import { statement } from '../../../platform/database/statement.js';

export interface LockedReferenceRow {
  /** True once the reference was cancelled: nothing can be booked under it any more. */
  cancelled: boolean;
}

/**
 * Waits for the reference's turn and holds it until the end of the transaction. An upsert that changes nothing,
 * because it sees what was committed while it waited. $1 reference.
 */
export const lockReference = statement(
  'sandbox.lock-carrier-reference',
  `INSERT INTO sandbox.reference (dependency, reference) VALUES ('carrier', $1)
   ON CONFLICT (dependency, reference) DO UPDATE SET reference = EXCLUDED.reference
   RETURNING refused_at IS NOT NULL AS cancelled`,
);
