import { statement } from '../../../platform/database/statement.js';

/**
 * Rings one of the sagas that an open breaker holds, when it is time to probe; the one that would look by itself first,
 * so that one whose own call is what fails goes to the end. At most every $2 seconds, whichever worker asks.
 */
export const ringProber = statement(
  'saga.ring-prober',
  `WITH due AS (
     UPDATE saga.dependency SET rung_at = clock_timestamp()
      WHERE name = $1 AND state IN ('open', 'half-open') AND probe_at <= clock_timestamp()
        AND (rung_at IS NULL OR rung_at <= clock_timestamp() - make_interval(secs => $2))
     RETURNING name
   )
   UPDATE saga.live_instance SET wake_at = clock_timestamp()
    WHERE id = (SELECT i.id FROM saga.live_instance i JOIN due ON i.held_for = due.name
                 WHERE i.wake_at > now()
                 ORDER BY i.wake_at
                 LIMIT 1
                   FOR UPDATE OF i SKIP LOCKED)
   RETURNING id`,
);
