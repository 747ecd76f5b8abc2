import { statement } from '../../database/statement.js';

/**
 * Takes one due delivery by deleting it: the deletion is the inbox mark, it commits with what the handler does.
 * $1: subscribers of this build. A later event about the same key waits for the earlier one.
 */
export const takeDelivery = statement(
  'platform.take-delivery',
  `DELETE FROM platform.delivery
    WHERE id = (SELECT d.id
                  FROM platform.delivery d
                 WHERE d.due_at <= now()
                   AND d.subscriber = ANY($1::text[])
                   AND NOT EXISTS (SELECT FROM platform.delivery e
                                    WHERE e.subscriber = d.subscriber AND e.key = d.key AND e.id < d.id)
                 ORDER BY d.due_at, d.id
                 LIMIT 1
                   FOR UPDATE OF d SKIP LOCKED)
  RETURNING id, subscriber, type, payload, attempts`,
);
