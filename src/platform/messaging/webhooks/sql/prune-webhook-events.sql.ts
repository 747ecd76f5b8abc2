import { statement } from '../../../database/statement.js';

/**
 * Deletes one small batch of events past their time, oldest first, side by side with other processes that do the
 * same. $1 days to keep, $2 rows at most
 */
export const pruneWebhookEvents = statement(
  'platform.prune-webhook-events',
  `WITH expired AS (
     SELECT source, id FROM platform.webhook_event
      WHERE received_at < now() - make_interval(days => $1)
      ORDER BY received_at
      LIMIT $2
      FOR UPDATE SKIP LOCKED
   ), gone AS (
     DELETE FROM platform.webhook_event AS e USING expired
      WHERE e.source = expired.source AND e.id = expired.id
      RETURNING 1
   )
   SELECT count(*)::integer AS count FROM gone`,
);
