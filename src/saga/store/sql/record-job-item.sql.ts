import { statement } from '../../../platform/database/statement.js';

/** What became of acting on a saga, in the commit of the action. */
export const recordJobItem = statement(
  'saga.record-job-item',
  `UPDATE saga.job_item
      SET status = $3, failed_step = $4, error_code = $5, revision = $6, code = $7, detail = $8, consequences = $9,
          acted_at = clock_timestamp(), settled_at = CASE WHEN $3 <> 'under-way' THEN clock_timestamp() END
    WHERE job_id = $1 AND number = $2`,
);
