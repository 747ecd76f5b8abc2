import { statement } from '../../../platform/database/statement.js';
import { newSagas } from './new-sagas.js';

/** Writes new instances and the first rows of their journals. Into both tables: one may end as it starts. */
export const insertSagas = statement(
  'saga.insert-sagas',
  `WITH new AS (
     SELECT *
       FROM ${newSagas}
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
