import { statement } from '../../../platform/database/statement.js';

/** Sagas that ended before $1 are not all there any more. */
export const noteDroppedHistory = statement(
  'saga.note-dropped-history',
  `UPDATE saga.history SET kept_since = greatest(kept_since, $1::timestamptz)`,
);
