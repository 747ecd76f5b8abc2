import { statement } from '../../../platform/database/statement.js';

/**
 * One failure more in a row; opens the breaker when they are $4 from $5 different sagas over $9 seconds. The row begins anew
 * after $6 seconds without a failure, or when a success came before this one ($8). $2 the saga, $3 the error, $7 seconds
 * until the first probe. No row: it is not closed.
 */
export const countDependencyFailure = statement(
  'saga.count-dependency-failure',
  `WITH run AS (
     SELECT name,
            CASE WHEN goes_on THEN failures ELSE 0 END + 1 AS failures,
            CASE WHEN NOT goes_on THEN ARRAY[$2::uuid]
                 WHEN $2::uuid = ANY (failing) OR cardinality(failing) >= $5 THEN failing
                 ELSE failing || $2::uuid END AS failing,
            CASE WHEN goes_on THEN failing_since ELSE clock_timestamp() END AS failing_since
       FROM (SELECT name, failures, failing, failing_since,
                    NOT $8 AND COALESCE(failed_at > clock_timestamp() - make_interval(secs => $6), false)
                      AS goes_on
               FROM saga.dependency
              WHERE name = $1 AND state = 'closed'
                FOR UPDATE) AS d
   ), judged AS (
     SELECT *,
            failures >= $4 AND cardinality(failing) >= $5
              AND failing_since <= clock_timestamp() - make_interval(secs => $9) AS opens
       FROM run
   )
   UPDATE saga.dependency d
      SET failures = j.failures,
          failing = j.failing,
          failing_since = j.failing_since,
          failed_at = clock_timestamp(),
          state = CASE WHEN j.opens THEN 'open' ELSE 'closed' END,
          error = CASE WHEN j.opens THEN $3::jsonb END,
          since = CASE WHEN j.opens THEN clock_timestamp() END,
          open_seconds = CASE WHEN j.opens THEN $7::float8 END,
          probe_at = CASE WHEN j.opens THEN clock_timestamp() + make_interval(secs => $7) END,
          revision = d.revision + CASE WHEN j.opens THEN 1 ELSE 0 END
     FROM judged j
    WHERE d.name = j.name
   RETURNING d.state`,
);
