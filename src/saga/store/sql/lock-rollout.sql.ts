import { statement } from '../../../platform/database/statement.js';
import { rolloutDocument } from './rollout-document.js';

/** Two changes of one rollout come one after the other. Starts do not wait: they read what is committed. */
export const lockRollout = statement(
  'saga.lock-rollout',
  `SELECT ${rolloutDocument} AS rollout, clock_timestamp() AS now FROM saga.rollout r WHERE r.definition = $1 FOR UPDATE`,
);
