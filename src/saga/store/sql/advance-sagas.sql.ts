import { statement } from '../../../platform/database/statement.js';

/** What each saga gains, and how its row stands then; and the journals' new rows, for those sagas that gain entries. */
const moved = `
  moved AS (
    SELECT *
      FROM ROWS FROM (
             unnest($1::uuid[], $2::int[], $3::int[], $5::text[], $6::text[], $7::uuid[], $8::timestamptz[],
                    $9::int[], $10::text[], $11::text[], $12::timestamptz[], $14::text[], $15::boolean[]),
             jsonb_array_elements($4::jsonb))
        AS m(id, seq, added, status, current_step, owner, wake_at, open_effects, failed_step, error_code,
             finished_at, held_for, continues, entries)
  ), journalled AS (
    INSERT INTO saga.journal (saga_id, seq, at, epoch, entries)
    SELECT m.id, m.seq, $13::timestamptz, i.epoch, m.entries
      FROM moved m JOIN saga.live_instance i ON i.id = m.id AND i.length = m.seq - 1
     WHERE i.id = ANY ($1::uuid[]) AND m.added > 0
  ), went_on AS (
    UPDATE saga.live_instance i
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
           segment_seq = CASE WHEN m.continues THEN m.seq ELSE i.segment_seq END,
           segment_at = CASE WHEN m.continues THEN $13::timestamptz ELSE i.segment_at END,
           updated_at = $13::timestamptz
      FROM moved m
     WHERE i.id = ANY ($1::uuid[]) AND i.id = m.id AND i.length = m.seq - 1 AND m.finished_at IS NULL
    RETURNING i.id
  )`;

const refuseUnlessIn = (written: string) => `
  SELECT saga.refuse_stale_journals(array_agg(format('%s at %s', m.id, m.seq)))
    FROM moved m
   WHERE NOT EXISTS (SELECT FROM ${written} w WHERE w.id = m.id)
  HAVING count(*) > 0`;

/**
 * Appends to journals and moves the instance rows on, in one statement for all sagas of a wave. The rows are
 * locked by the caller. `attention_since` keeps the time of the first of a row of failures. The row of a saga that ends
 * leaves for those of the ended: it is written once, as it would be here.
 *
 * An entry follows the last one, or the statement fails: whoever folded less than there is, or more, must not go on from
 * it. By an error, because nobody looks at an answer before the COMMIT.
 */
export const advanceSagas = statement(
  'saga.advance-sagas',
  `WITH ${moved}, gone AS (
    DELETE FROM saga.live_instance i
     USING moved m
     WHERE i.id = ANY ($1::uuid[]) AND i.id = m.id AND i.length = m.seq - 1 AND m.finished_at IS NOT NULL
    RETURNING i.id, i.definition, i.version, i.correlation_id, i.revision, i.length, i.epoch, i.created_at, i.sole,
              i.assigned_by, i.segment_seq, i.segment_at, m.seq, m.added, m.status, m.current_step, m.open_effects,
              m.failed_step, m.error_code, m.finished_at, m.continues
  ), ended AS (
    INSERT INTO saga.ended_instance
      (id, definition, version, correlation_id, status, current_step, revision, length, epoch, open_effects,
       failed_step, error_code, created_at, updated_at, finished_at, sole, assigned_by, segment_seq,
       segment_at)
    SELECT id, definition, version, correlation_id, status, current_step, revision + 1, length + added, epoch,
           open_effects, failed_step, error_code, created_at, $13::timestamptz, finished_at, sole, assigned_by,
           CASE WHEN continues THEN seq ELSE segment_seq END,
           CASE WHEN continues THEN $13::timestamptz ELSE segment_at END
      FROM gone
    RETURNING id
  ), written AS (
    SELECT id FROM went_on UNION ALL SELECT id FROM ended
  )
  ${refuseUnlessIn('written')}`,
);

/** As `advanceSagas`, with the same values, when none of them ends: half the work for the server. */
export const advanceSagasFurther = statement(
  'saga.advance-sagas-further',
  `WITH ${moved}
  ${refuseUnlessIn('went_on')}`,
);
