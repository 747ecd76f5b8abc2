import { statement } from '../../../platform/database/statement.js';

/** The row of a rollout that is about to be changed for the first time: as it was without a row. It never commits alone. */
export const ensureRollout = statement(
  'saga.ensure-rollout',
  `INSERT INTO saga.rollout (definition, revision, shares, changed_by) VALUES ($1, 0, $2, '')
   ON CONFLICT (definition) DO NOTHING`,
);
