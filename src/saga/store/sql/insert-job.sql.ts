import { statement } from '../../../platform/database/statement.js';

/** A job with a row for each of the sagas $11, in this order. */
export const insertJob = statement(
  'saga.insert-job',
  `WITH job AS (
     INSERT INTO saga.job (id, action, filter, reason, actor, role, dry_run, probe, rate_per_second, stop_on_repeat,
                           total, status)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, cardinality($11::uuid[]), $12)
     RETURNING id
   )
   INSERT INTO saga.job_item (job_id, number, saga_id)
   SELECT job.id, s.number, s.id FROM job, unnest($11::uuid[]) WITH ORDINALITY AS s(id, number)`,
);
