import { statement } from '../../../platform/database/statement.js';

/**
 * Replaces the report and ends the turn of $1, if it still has it; no row otherwise. $2 checked at, $3 duration in
 * milliseconds, $4 violations, $5 watermark, $6 whether the check was complete.
 */
export const fileReport = statement(
  'auditor.file-report',
  `WITH mine AS (
     UPDATE auditor.turn SET holder = NULL, expires_at = NULL WHERE holder = $1 RETURNING true
   )
   INSERT INTO auditor.report AS r (checked_at, duration_ms, violations, watermark, last_complete_at)
   SELECT $2, $3, $4, $5, $2 FROM mine
   ON CONFLICT (only_row) DO UPDATE
     SET checked_at = excluded.checked_at, duration_ms = excluded.duration_ms, violations = excluded.violations,
         watermark = excluded.watermark,
         last_complete_at = CASE WHEN $6 THEN excluded.last_complete_at ELSE r.last_complete_at END
   RETURNING true`,
);
