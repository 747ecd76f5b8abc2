import { statement } from '../../../platform/database/statement.js';

export const readJob = statement(
  'saga.read-job',
  `SELECT id, action, filter, reason, actor, dry_run AS "dryRun", probe, rate_per_second AS "ratePerSecond",
          stop_on_repeat AS "stopOnRepeat", status, ended_because AS "endedBecause", total,
          created_at AS "createdAt", finished_at AS "finishedAt"
     FROM saga.job WHERE id = $1`,
);
