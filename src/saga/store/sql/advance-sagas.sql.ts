import { statement } from '../../../platform/database/statement.js';

/**
 * Appends to journals and moves the instance rows on, in one statement for all sagas of a wave. The rows are
 * locked by the caller. `attention_since` keeps the time of the first of a row of failures.
 *
 * An entry follows the last one, or nothing is written of that saga and it is missing in the answer: whoever folded
 * less than there is, or more, must not go on from it.
 */
export const advanceSagas = statement(
  'saga.advance-sagas',
  `WITH moved AS (
     SELECT *
       FROM unnest($1::uuid[], $2::int[], $3::int[], $4::jsonb[], $5::text[], $6::text[], $7::uuid[],
                   $8::timestamptz[], $9::int[], $10::text[], $11::text[], $12::timestamptz[], $14::text[])
         AS m(id, seq, added, entries, status, current_step, owner, wake_at, open_effects, failed_step,
              error_code, finished_at, held_for)
   ), journalled AS (
     INSERT INTO saga.journal (saga_id, seq, at, epoch, entries)
     SELECT m.id, m.seq, $13::timestamptz, i.epoch, m.entries
       FROM moved m JOIN saga.instance i ON i.id = m.id AND i.length = m.seq - 1
      WHERE m.added > 0
   )
   UPDATE saga.instance i
      SET status = m.status,
          current_step = m.current_step,
          revision = i.revision + 1,
          length = i.length + m.added,
          owner = m.owner,
          wake_at = m.wake_at,
          held_for = m.held_for,
          open_effects = m.open_effects,
          failed_step = m.failed_step,
          error_code = m.error_code,
          attention_since = CASE WHEN m.error_code IS NULL THEN NULL
                                 ELSE COALESCE(i.attention_since, $13::timestamptz) END,
          updated_at = $13::timestamptz,
          finished_at = m.finished_at
     FROM moved m
    WHERE i.id = m.id AND i.length = m.seq - 1
   RETURNING i.id, i.revision`,
);
