import { statement } from '../../../platform/database/statement.js';

/**
 * Lets go what a breaker held that is closed by now: so many as its rate allows since the last time, and never more
 * than in $2 seconds. All workers ask; the row's lock makes their turns one. Should it open again, the rest stays held.
 *
 * `now()` where the index is asked, as in `claim-due-sagas`: run it in a transaction of its own.
 */
export const ringHeldSagas = statement(
  'saga.ring-held-sagas',
  `WITH turn AS (
     SELECT name, floor(release_rate * least($2::float8,
              EXTRACT(epoch FROM clock_timestamp() - COALESCE(rung_at, to_timestamp(0)))::float8))::int AS allowed
       FROM saga.dependency
      WHERE name = $1 AND state = 'closed'
        FOR UPDATE SKIP LOCKED
   ), let_go AS (
     SELECT i.id
       FROM saga.live_instance i
      WHERE i.held_for = $1 AND i.wake_at > now()
      ORDER BY i.wake_at
      LIMIT COALESCE((SELECT allowed FROM turn), 0)
        FOR UPDATE OF i SKIP LOCKED
   ), rung AS (
     UPDATE saga.live_instance SET wake_at = clock_timestamp()
      WHERE id = ANY (ARRAY(SELECT id FROM let_go))
     RETURNING id
   )
   UPDATE saga.dependency d SET rung_at = clock_timestamp()
     FROM turn
    WHERE d.name = turn.name AND turn.allowed > 0
   RETURNING (SELECT count(*)::int FROM rung) AS rung`,
);
