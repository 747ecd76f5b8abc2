import { statement } from '../../../platform/database/statement.js';

/** By hand: closed, whatever it was. What it held is let go, $2 a second. */
export const releaseDependency = statement(
  'saga.release-dependency',
  `UPDATE saga.dependency
      SET state = 'closed', held_by = NULL, reason = NULL, error = NULL, since = NULL, open_seconds = NULL,
          probe_at = NULL, prober = NULL, failures = 0, failing = '{}', failed_at = NULL,
          release_rate = $2, rung_at = clock_timestamp(), revision = revision + 1
    WHERE name = $1`,
);
