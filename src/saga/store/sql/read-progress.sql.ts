import { statement } from '../../../platform/database/statement.js';

/** What a unit's attempts have reported last; no row: nothing. $1 saga, $2 unit. */
export const readProgress = statement(
  'saga.read-progress',
  `SELECT progress FROM saga.progress WHERE saga_id = $1 AND unit = $2`,
);
