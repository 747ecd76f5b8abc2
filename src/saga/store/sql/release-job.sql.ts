import { statement } from '../../../platform/database/statement.js';

/** Lets another worker have it. */
export const releaseJob = statement(
  'saga.release-job',
  `UPDATE saga.job SET owner = NULL, owned_until = NULL WHERE id = $1 AND owner = $2`,
);
