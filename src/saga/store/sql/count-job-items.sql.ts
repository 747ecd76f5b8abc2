import { statement } from '../../../platform/database/statement.js';

/** How many items of each of the jobs $1 stand how. */
export const countJobItems = statement(
  'saga.count-job-items',
  `SELECT job_id AS "jobId", status, count(*)::int AS count
     FROM saga.job_item WHERE job_id = ANY ($1::uuid[]) GROUP BY job_id, status`,
);
