import { statement } from '../../../platform/database/statement.js';

/** Whether anything of job $1 is still to be done, is under way, or was carried out. */
export const readJobOutlook = statement(
  'saga.read-job-outlook',
  `SELECT EXISTS (SELECT FROM saga.job_item WHERE job_id = $1 AND status = 'waiting') AS waiting,
          EXISTS (SELECT FROM saga.job_item WHERE job_id = $1 AND status = 'under-way') AS "underWay",
          EXISTS (SELECT FROM saga.job_item WHERE job_id = $1 AND status IN ('moved-on', 'failed-again')) AS probed`,
);
