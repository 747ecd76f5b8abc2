import { statement } from '../../../platform/database/statement.js';

/** Those that have a guard. */
export const listGuardedRollouts = statement(
  'saga.list-guarded-rollouts',
  `SELECT definition FROM saga.rollout WHERE guard IS NOT NULL ORDER BY definition`,
);
