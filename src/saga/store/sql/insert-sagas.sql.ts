import { statement } from '../../../platform/database/statement.js';

/** Writes new instances and the first rows of their journals. Into both tables: one may end as it starts. */
export const insertSagas = statement(
  'saga.insert-sagas',
  `WITH new AS (
     SELECT *
       FROM ROWS FROM (
              unnest($1::uuid[], $2::text[], $3::int[], $4::text[], $5::text[], $6::text[], $7::int[],
                     $8::timestamptz[], $12::text[], $13::text[], $14::timestamptz[], $15::text[]),
              jsonb_array_elements($9::jsonb))
         AS n(id, definition, version, correlation_id, status, current_step, length, wake_at, failed_step,
              error_code, finished_at, assigned_by, entries)
   ), journalled AS (
     INSERT INTO saga.journal (saga_id, seq, at, epoch, entries)
     SELECT id, 1, $11::timestamptz, 1, entries FROM new
   )
   INSERT INTO saga.instance
     (id, definition, version, correlation_id, status, current_step, length, owner, wake_at, created_at, updated_at,
      failed_step, error_code, attention_since, finished_at, segment_at, assigned_by)
   SELECT id, definition, version, correlation_id, status, current_step, length, $10::uuid, wake_at,
          $11::timestamptz, $11::timestamptz, failed_step, error_code,
          CASE WHEN error_code IS NOT NULL THEN $11::timestamptz END, finished_at, $11::timestamptz, assigned_by
     FROM new`,
);
