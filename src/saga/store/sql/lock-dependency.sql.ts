import { statement } from '../../../platform/database/statement.js';

/** Locks one breaker for an operator. */
export const lockDependency = statement(
  'saga.lock-dependency',
  `SELECT d.name, d.state, d.failures, d.error ->> 'code' AS "errorCode", d.error ->> 'message' AS message, d.since,
          d.probe_at AS "probeAt", d.held_by AS "heldBy", d.reason, d.release_rate AS "releaseRate", d.revision,
          (SELECT count(*)::int FROM saga.live_instance i WHERE i.held_for = d.name) AS "heldSagas"
     FROM saga.dependency d
    WHERE d.name = $1
      FOR UPDATE`,
);
