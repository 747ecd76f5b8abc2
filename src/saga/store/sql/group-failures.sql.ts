import { statement } from '../../../platform/database/statement.js';

/** Sagas that are parked, back off, ask or are held, in groups by what they fail at; the largest first. */
export const groupFailures = statement(
  'saga.group-failures',
  `SELECT definition, version, failed_step AS step, error_code AS "errorCode", count(*)::int AS count,
          min(attention_since) AS "firstSeenAt", max(updated_at) AS "lastSeenAt"
     FROM saga.live_instance
    WHERE error_code IS NOT NULL
    GROUP BY definition, version, failed_step, error_code
    ORDER BY count(*) DESC, definition, version, failed_step, error_code`,
);
