import { statement } from '../../../platform/database/statement.js';
import { rolloutDocument } from './rollout-document.js';

/** All rollouts: a few, one for each definition that somebody has changed one of. */
export const listRollouts = statement(
  'saga.list-rollouts',
  `SELECT ${rolloutDocument} AS rollout FROM saga.rollout r ORDER BY r.definition`,
);
