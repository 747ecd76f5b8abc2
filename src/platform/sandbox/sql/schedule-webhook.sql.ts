import { statement } from '../../database/statement.js';

export const scheduleWebhook = statement(
  'sandbox.schedule-webhook',
  `INSERT INTO sandbox.webhook (id, dependency, path, body, due_at)
   VALUES ($1, $2, $3, $4, clock_timestamp() + make_interval(secs => $5 / 1000.0))`,
);
