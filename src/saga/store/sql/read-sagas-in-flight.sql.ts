import { statement } from '../../../platform/database/statement.js';

/**
 * Sagas that have not ended, by version and status; how long one of them has had something to do that did not come
 * about, in seconds (what a dependency holds is not counted: its breaker tells); and the longest segment of a journal.
 * What has ended is not looked at.
 */
export const readSagasInFlight = statement(
  'saga.read-sagas-in-flight',
  `SELECT definition, version, status, count(*)::int AS count,
          greatest(0, extract(epoch FROM now() - min(greatest(updated_at, wake_at))
            FILTER (WHERE status IN ('running', 'compensating') AND held_for IS NULL)))::float8 AS stalled,
          max(length - segment_seq + 1)::int AS longest
     FROM saga.live_instance
    GROUP BY definition, version, status`,
);
