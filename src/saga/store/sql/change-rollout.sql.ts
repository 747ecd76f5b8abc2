import { statement } from '../../../platform/database/statement.js';
import { rolloutDocument } from './rollout-document.js';

/** Writes a rollout whose row is locked; answers it as it is then, one revision on. */
export const changeRollout = statement(
  'saga.change-rollout',
  `UPDATE saga.rollout r
      SET revision = r.revision + 1, shares = $2, rules = $3, sticky_by = $4, states = $5, guard = $6, breach = $7,
          changed_by = $8, changed_at = clock_timestamp()
    WHERE r.definition = $1
  RETURNING ${rolloutDocument} AS rollout`,
);
