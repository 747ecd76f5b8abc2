import { statement } from '../../../platform/database/statement.js';

/** How many items of a job stand how. */
export const countJobItems = statement(
  'saga.count-job-items',
  `SELECT status, count(*)::int AS count FROM saga.job_item WHERE job_id = $1 GROUP BY status`,
);
