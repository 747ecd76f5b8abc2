import { statement } from '../../../platform/database/statement.js';

/**
 * Prolongs the lease of worker $2 on job $1 to $3 seconds from now, and keeps everybody else from the job until the end of
 * the transaction. No row: it was lost, or somebody has ended the job.
 */
export const keepJob = statement(
  'saga.keep-job',
  `UPDATE saga.job SET owned_until = clock_timestamp() + make_interval(secs => $3::float8)
    WHERE id = $1 AND owner = $2 AND status = 'running'
   RETURNING id`,
);
