import { statement } from '../../database/statement.js';

/** How long the longest due delivery has been waiting, in seconds; null when none is due. */
export const readOutboxLag = statement(
  'platform.read-outbox-lag',
  `SELECT extract(epoch FROM clock_timestamp() - min(due_at))::float8 AS lag
     FROM platform.delivery WHERE due_at <= now()`,
);
