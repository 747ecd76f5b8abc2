import { statement } from '../../../platform/database/statement.js';

/** The breakers as operators see them, by name, with how many sagas each holds. */
export const listDependencies = statement(
  'saga.list-dependencies',
  `SELECT d.name, d.state, d.failures, d.error ->> 'code' AS "errorCode", d.error ->> 'message' AS message, d.since,
          d.probe_at AS "probeAt", d.held_by AS "heldBy", d.reason, d.release_rate AS "releaseRate", d.revision,
          (SELECT count(*)::int FROM saga.live_instance i WHERE i.held_for = d.name) AS "heldSagas"
     FROM saga.dependency d
    ORDER BY d.name`,
);
