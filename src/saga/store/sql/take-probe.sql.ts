import { statement } from '../../../platform/database/statement.js';

/**
 * The saga $2 may call although the breaker is open: a row for exactly one of all that ask. Should nobody hear of it
 * again for $3 seconds, another one may.
 */
export const takeProbe = statement(
  'saga.take-probe',
  `UPDATE saga.dependency
      SET state = 'half-open', prober = $2, rung_at = NULL, probe_at = clock_timestamp() + make_interval(secs => $3)
    WHERE name = $1 AND state IN ('open', 'half-open') AND probe_at <= clock_timestamp()
   RETURNING name`,
);
