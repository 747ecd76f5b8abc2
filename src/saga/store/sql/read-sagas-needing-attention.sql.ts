import { statement } from '../../../platform/database/statement.js';

/** Sagas that are parked or fail, by what is wrong, and for how long the first of them has been, in seconds. */
export const readSagasNeedingAttention = statement(
  'saga.read-sagas-needing-attention',
  `SELECT definition, version, status, failed_step AS step, error_code AS code, count(*)::int AS count,
          extract(epoch FROM now() - min(attention_since))::float8 AS seconds
     FROM saga.live_instance
    WHERE error_code IS NOT NULL
    GROUP BY definition, version, status, failed_step, error_code
    ORDER BY count(*) DESC
    LIMIT 500`,
);
