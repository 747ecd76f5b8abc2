import { statement } from '../../../platform/database/statement.js';

/** All that it costs, every second, while nobody guards a rollout. */
export const listGuardedRollouts = statement(
  'saga.list-guarded-rollouts',
  `SELECT definition FROM saga.rollout WHERE guard IS NOT NULL ORDER BY definition`,
);
