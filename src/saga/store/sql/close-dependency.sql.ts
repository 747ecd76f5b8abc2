import { statement } from '../../../platform/database/statement.js';

/** The probe of the saga $2 was answered: closed. Those that were held are let go, $3 a second. */
export const closeDependency = statement(
  'saga.close-dependency',
  `UPDATE saga.dependency
      SET state = 'closed', failures = 0, failing = '{}', failed_at = NULL, error = NULL, since = NULL,
          open_seconds = NULL, probe_at = NULL, prober = NULL, release_rate = $3, rung_at = clock_timestamp(),
          revision = revision + 1
    WHERE name = $1 AND state = 'half-open' AND prober = $2
   RETURNING name`,
);
