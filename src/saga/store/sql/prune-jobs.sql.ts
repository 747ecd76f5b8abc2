import { statement } from '../../../platform/database/statement.js';

/** Deletes at most $1 items of jobs that ended a month ago, and those of the jobs that have none left. */
export const pruneJobs = statement(
  'saga.prune-jobs',
  `WITH old AS (
     SELECT id FROM saga.job WHERE finished_at < clock_timestamp() - interval '30 days'
   ), portion AS (
     SELECT t.job_id, t.number FROM saga.job_item t JOIN old ON old.id = t.job_id LIMIT $1
   ), items AS (
     DELETE FROM saga.job_item t USING portion p WHERE t.job_id = p.job_id AND t.number = p.number RETURNING 1
   ), jobs AS (
     DELETE FROM saga.job j USING old
      WHERE j.id = old.id AND NOT EXISTS (SELECT FROM saga.job_item t WHERE t.job_id = j.id) RETURNING 1
   )
   SELECT (SELECT count(*) FROM items)::int AS pruned, (SELECT count(*) FROM jobs)::int AS jobs`,
);
