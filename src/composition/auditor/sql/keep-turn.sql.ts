import { statement } from '../../../platform/database/statement.js';

/** Prolongs the turn of $1 to $2 seconds from now. No row: it was lost, and somebody else may check by now. */
export const keepTurn = statement(
  'auditor.keep-turn',
  `UPDATE auditor.turn SET expires_at = clock_timestamp() + make_interval(secs => $2::float8)
    WHERE holder = $1 AND expires_at > clock_timestamp()
   RETURNING holder`,
);
