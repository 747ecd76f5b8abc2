import { statement } from '../../database/statement.js';

/** Milliseconds until the next webhook is due, by the database's clock; null: there is none. */
export const nextWebhook = statement(
  'sandbox.next-webhook',
  `SELECT extract(epoch FROM due_at - clock_timestamp())::float8 * 1000 AS ms
     FROM sandbox.webhook
     JOIN sandbox.fault_switch USING (dependency)
    WHERE mode <> 'down'
    ORDER BY due_at
    LIMIT 1`,
);
