import { statement } from '../../../platform/database/statement.js';

/** A job that nobody runs, or whose worker is gone, for worker $1 and $2 seconds. No row: there is none. */
export const claimJob = statement(
  'saga.claim-job',
  `UPDATE saga.job SET owner = $1, owned_until = clock_timestamp() + make_interval(secs => $2::float8)
    WHERE id = (SELECT id FROM saga.job
                 WHERE status = 'running' AND (owned_until IS NULL OR owned_until <= clock_timestamp())
                 ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
   RETURNING id, action, filter, reason, actor, role, dry_run AS "dryRun", probe,
             rate_per_second AS "ratePerSecond", stop_on_repeat AS "stopOnRepeat"`,
);
