import { statement } from '../../database/statement.js';

/**
 * Takes one due delivery by deleting it: the deletion is the inbox mark, it commits with what the handler does.
 * $1, $2: the subscribers of this build and what they hear, pairwise: an event that an older build does not know
 * waits for a newer one. A later event about the same key waits for the earlier one; without a key none waits.
 */
export const takeDelivery = statement(
  'platform.take-delivery',
  `DELETE FROM platform.delivery
    WHERE id = (SELECT d.id
                  FROM platform.delivery d
                 WHERE d.due_at <= now()
                   AND (d.subscriber, d.type) IN (SELECT * FROM unnest($1::text[], $2::text[]))
                   AND NOT (d.key <> '' AND EXISTS (SELECT FROM platform.delivery e
                                     WHERE e.subscriber = d.subscriber AND e.key = d.key AND e.id < d.id))
                 ORDER BY d.due_at, d.id
                 LIMIT 1
                   FOR UPDATE OF d SKIP LOCKED)
  RETURNING id, subscriber, type, payload, attempts, traceparent`,
);
