import { statement } from '../../../platform/database/statement.js';

/** Deletes at most $2 events that no saga came for in $1 seconds. */
export const pruneEarlyEvents = statement(
  'saga.prune-early-events',
  `DELETE FROM saga.early_event
    WHERE (definition, correlation_id, id) IN (
      SELECT definition, correlation_id, id
        FROM saga.early_event
       WHERE received_at < clock_timestamp() - make_interval(secs => $1)
       ORDER BY received_at
       LIMIT $2
         FOR UPDATE SKIP LOCKED)
  RETURNING definition, correlation_id AS "correlationId", id, event, received_at AS "receivedAt"`,
);
