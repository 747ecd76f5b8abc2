import { statement } from '../../../platform/database/statement.js';

/** The probe of the saga $2 failed: open again, for twice as long, $3 seconds at most. */
export const reopenDependency = statement(
  'saga.reopen-dependency',
  `UPDATE saga.dependency
      SET state = 'open', prober = NULL, rung_at = NULL, open_seconds = least(open_seconds * 2, $3),
          probe_at = clock_timestamp() + make_interval(secs => least(open_seconds * 2, $3))
    WHERE name = $1 AND state = 'half-open' AND prober = $2`,
);
