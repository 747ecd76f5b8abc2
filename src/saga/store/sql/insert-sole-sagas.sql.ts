import { statement } from '../../../platform/database/statement.js';
import { newSagas } from './new-sagas.js';

/**
 * As `insert-sagas`, but one for each business key at most, whether it is under way or has ended: what is there already
 * stays, and is missing in the answer. One that ends at this very moment is the trigger's part: see `take_back_second_sole`.
 */
export const insertSoleSagas = statement(
  'saga.insert-sole-sagas',
  `WITH new AS (
     SELECT *
       FROM ${newSagas}
      WHERE NOT EXISTS (SELECT FROM saga.ended_instance e
                         WHERE e.correlation_id = ANY ($4::text[])
                           AND e.correlation_id = n.correlation_id AND e.definition = n.definition AND e.sole)
   ), started AS (
     INSERT INTO saga.live_instance
       (id, definition, version, correlation_id, status, current_step, length, owner, wake_at, created_at, updated_at,
        failed_step, error_code, attention_since, sole, segment_at, assigned_by)
     SELECT id, definition, version, correlation_id, status, current_step, length, $10::uuid, wake_at,
            $11::timestamptz, $11::timestamptz, failed_step, error_code,
            CASE WHEN error_code IS NOT NULL THEN $11::timestamptz END, true, $11::timestamptz, assigned_by
       FROM new
      WHERE finished_at IS NULL
     ON CONFLICT (correlation_id, definition) WHERE sole DO NOTHING
     RETURNING id
   ), ended AS (
     INSERT INTO saga.ended_instance
       (id, definition, version, correlation_id, status, current_step, length, created_at, updated_at, finished_at,
        sole, segment_at, assigned_by)
     SELECT id, definition, version, correlation_id, status, current_step, length, $11::timestamptz, $11::timestamptz,
            finished_at, true, $11::timestamptz, assigned_by
       FROM new
      WHERE finished_at IS NOT NULL
     RETURNING id
   )
   INSERT INTO saga.journal (saga_id, seq, at, epoch, entries)
   SELECT id, 1, $11::timestamptz, 1, entries
     FROM new JOIN (TABLE started UNION ALL TABLE ended) AS begun USING (id)
   RETURNING saga_id AS id`,
);
