import { statement } from '../../../platform/database/statement.js';

/**
 * The turn to check, if nobody has it, or whoever had it is gone. No row: somebody has it, or a check that began
 * within the last $3 seconds (null: whenever) has left its report. $1 holder, $2 seconds that the turn lasts.
 */
export const takeTurn = statement(
  'auditor.take-turn',
  `UPDATE auditor.turn
      SET holder = $1, expires_at = clock_timestamp() + make_interval(secs => $2::float8)
    WHERE (holder IS NULL OR expires_at <= clock_timestamp())
      AND NOT EXISTS (SELECT FROM auditor.report
                       WHERE checked_at > clock_timestamp() - make_interval(secs => $3::float8))
   RETURNING clock_timestamp() AS now`,
);
