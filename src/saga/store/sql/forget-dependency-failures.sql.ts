import { statement } from '../../../platform/database/statement.js';

/** A success: the failures before it were not in a row. */
export const forgetDependencyFailures = statement(
  'saga.forget-dependency-failures',
  `UPDATE saga.dependency SET failures = 0, failing = '{}', failing_since = NULL, failed_at = NULL
    WHERE name = $1 AND state = 'closed' AND failures > 0`,
);
