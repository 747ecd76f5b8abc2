import { statement } from '../../../database/statement.js';

/** How long the oldest open transaction has lasted, in seconds; null when there is none that this user may see. */
export const readOldestTransaction = statement(
  'platform.read-oldest-transaction',
  `SELECT max(extract(epoch FROM clock_timestamp() - xact_start))::float8 AS seconds
     FROM pg_stat_activity
    WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()`,
);
