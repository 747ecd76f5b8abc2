import { statement } from '../../../platform/database/statement.js';

/** $1 the job, $2 how it ends, $3 why, if there is more to say than that. No row: it has ended. */
export const finishJob = statement(
  'saga.finish-job',
  `UPDATE saga.job SET status = $2, ended_because = $3, finished_at = clock_timestamp(), owner = NULL, owned_until = NULL
    WHERE id = $1 AND finished_at IS NULL
   RETURNING id`,
);
