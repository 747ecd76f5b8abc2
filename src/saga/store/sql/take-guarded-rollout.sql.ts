import { statement } from '../../../platform/database/statement.js';
import { rolloutDocument } from './rollout-document.js';

/** Locks a guarded rollout ($1) for whoever judges it. No row: somebody else does, changes it, or has changed it. */
export const takeGuardedRollout = statement(
  'saga.take-guarded-rollout',
  `SELECT ${rolloutDocument} AS rollout, clock_timestamp() AS now
     FROM saga.rollout r
    WHERE r.definition = $1 AND r.guard IS NOT NULL
      FOR UPDATE SKIP LOCKED`,
);
