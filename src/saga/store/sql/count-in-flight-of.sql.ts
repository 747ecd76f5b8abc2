import { statement } from '../../../platform/database/statement.js';

/** Sagas of one definition ($1) that have not ended, by version and status. */
export const countInFlightOf = statement(
  'saga.count-in-flight-of',
  `SELECT version, status, count(*)::int AS count
     FROM saga.live_instance
    WHERE definition = $1
    GROUP BY version, status
    ORDER BY version, status`,
);
