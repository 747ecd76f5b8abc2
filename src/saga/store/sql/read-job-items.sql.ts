import { statement } from '../../../platform/database/statement.js';

/** At most $3 items of job $1 after number $2. */
export const readJobItems = statement(
  'saga.read-job-items',
  `SELECT number, saga_id AS "sagaId", status, code, detail, consequences, acted_at AS "actedAt"
     FROM saga.job_item WHERE job_id = $1 AND number > $2 ORDER BY number LIMIT $3`,
);
