import { statement } from '../../../platform/database/statement.js';

/**
 * Deletes one small batch of workers whose lease ran out so long ago, oldest first, side by side with other processes
 * that do the same. One that still has sagas stays: it tells whose they were until they are taken over.
 * $1 hours to keep, $2 rows at most
 */
export const pruneWorkers = statement(
  'saga.prune-workers',
  `WITH lost AS (
     SELECT w.id FROM saga.worker w
      WHERE w.expires_at < clock_timestamp() - make_interval(hours => $1)
        AND NOT EXISTS (SELECT FROM saga.live_instance i WHERE i.owner = w.id)
      ORDER BY w.expires_at
      LIMIT $2
      FOR UPDATE SKIP LOCKED
   ), gone AS (
     DELETE FROM saga.worker AS w USING lost WHERE w.id = lost.id RETURNING 1
   )
   SELECT count(*)::integer AS count FROM gone`,
);
