import { statement } from '../../../platform/database/statement.js';

/** By hand: $2 who, $3 why, $4 the error under which its sagas are held. Nobody probes. */
export const holdDependency = statement(
  'saga.hold-dependency',
  `UPDATE saga.dependency
      SET state = 'held', held_by = $2, reason = $3, error = $4, since = clock_timestamp(), open_seconds = NULL,
          probe_at = NULL, prober = NULL, failures = 0, failing = '{}', failed_at = NULL, revision = revision + 1
    WHERE name = $1`,
);
