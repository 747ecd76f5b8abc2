import { statement } from '../../../platform/database/statement.js';

/** Takes what came before a saga, oldest first. Its row must be locked: only who tells it may take them. */
export const takeEarlyEvents = statement(
  'saga.take-early-events',
  `WITH taken AS (
     DELETE FROM saga.early_event WHERE definition = $1 AND correlation_id = $2
     RETURNING id, event, data, received_at
   )
   SELECT id, event, data, received_at AS "receivedAt" FROM taken ORDER BY received_at, id`,
);
