import { statement } from '../../../platform/database/statement.js';

/** Sagas that have not ended, by version and status. What ended long ago costs nothing: it is not looked at. */
export const countSagasInFlight = statement(
  'saga.count-sagas-in-flight',
  `SELECT definition, version, status, count(*)::int AS count
     FROM saga.live_instance
    WHERE status IN ('running', 'waiting', 'compensating', 'parked', 'paused')
    GROUP BY definition, version, status`,
);
