import { statement } from '../../database/statement.js';

export interface ClaimedWebhookRow {
  id: string;
  path: string;
  body: string;
}

/**
 * Takes what is due; a party that is down sends nothing. Whoever takes a webhook has put off its next delivery, so
 * that one whose sender dies is sent again, and by only one process at a time.
 */
export const claimWebhooks = statement(
  'sandbox.claim-webhooks',
  `UPDATE sandbox.webhook
      SET attempts = attempts + 1,
          due_at = clock_timestamp() + LEAST(interval '1 second' * 2 ^ LEAST(attempts, 10), interval '1 minute')
    WHERE id IN (
      SELECT webhook.id
        FROM sandbox.webhook
        JOIN sandbox.fault_switch USING (dependency)
       WHERE due_at <= clock_timestamp() AND mode <> 'down'
       ORDER BY due_at
       LIMIT $1
         FOR UPDATE OF webhook SKIP LOCKED
    )
   RETURNING id, path, body`,
);
