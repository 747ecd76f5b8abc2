import { statement } from '../../../database/statement.js';

/**
 * Deletes one small batch of records past their time, oldest first. Rows that another process is deleting are
 * skipped, so any number of processes may do this at once. $1 hours to keep, $2 rows at most
 */
export const pruneIdempotencyRecords = statement(
  'platform.prune-idempotency-records',
  `WITH expired AS (
     SELECT scope, key FROM platform.idempotency_record
      WHERE created_at < now() - make_interval(hours => $1)
      ORDER BY created_at
      LIMIT $2
      FOR UPDATE SKIP LOCKED
   ), gone AS (
     DELETE FROM platform.idempotency_record AS r USING expired
      WHERE r.scope = expired.scope AND r.key = expired.key
      RETURNING 1
   )
   SELECT count(*)::integer AS count FROM gone`,
);
