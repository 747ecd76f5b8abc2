import { statement } from '../../../database/statement.js';

/** Notes that an event was stored but met nothing it could change. $1 source, $2 id */
export const markWebhookEventUnapplied = statement(
  'platform.mark-webhook-event-unapplied',
  `UPDATE platform.webhook_event SET applied_at = NULL WHERE source = $1 AND id = $2`,
);
