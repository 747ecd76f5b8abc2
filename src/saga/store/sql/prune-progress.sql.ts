import { statement } from '../../../platform/database/statement.js';

/**
 * Deletes one small batch of what attempts had reported of sagas that have ended so long ago. $1 hours to keep after
 * the end, $2 rows at most
 */
export const pruneProgress = statement(
  'saga.prune-progress',
  `WITH ended AS (
     SELECT p.saga_id, p.unit FROM saga.progress p JOIN saga.ended_instance i ON i.id = p.saga_id
      WHERE i.finished_at < clock_timestamp() - make_interval(hours => $1)
      LIMIT $2
      FOR UPDATE OF p SKIP LOCKED
   ), gone AS (
     DELETE FROM saga.progress AS p USING ended
      WHERE p.saga_id = ended.saga_id AND p.unit = ended.unit
      RETURNING 1
   )
   SELECT count(*)::integer AS count FROM gone`,
);
