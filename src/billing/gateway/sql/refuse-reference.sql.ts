import { statement } from '../../../platform/database/statement.js';

/** From now on nothing is charged under the reference; a charge that is being answered is waited for. */
export const refuseReference = statement(
  'billing.sandbox.refuse-reference',
  `INSERT INTO sandbox.reference AS known (dependency, reference, refused_at)
   VALUES ('payments', $1, clock_timestamp())
   ON CONFLICT (dependency, reference)
   DO UPDATE SET refused_at = COALESCE(known.refused_at, excluded.refused_at)`,
);
