import { statement } from '../../../database/statement.js';

/**
 * Stores an event unless it is there already. One row: it is new; none: a duplicate. A duplicate that arrives
 * while the first one is still being applied waits for it.
 *
 * $1 source, $2 id, $3 type, $4 payload
 */
export const storeWebhookEvent = statement(
  'platform.store-webhook-event',
  `INSERT INTO platform.webhook_event (source, id, type, payload, applied_at)
   VALUES ($1, $2, $3, $4, now())
   ON CONFLICT (source, id) DO NOTHING
   RETURNING id`,
);
