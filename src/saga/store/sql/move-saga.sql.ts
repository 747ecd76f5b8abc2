import { statement } from '../../../platform/database/statement.js';

/**
 * Gives a locked saga another version, in the transaction whose entry says so. The epoch goes up: whoever had the saga,
 * or has just claimed it, knows it under the version that it had, and writes nothing more.
 */
export const moveSaga = statement(
  'saga.move-saga',
  `UPDATE saga.live_instance SET version = $2, assigned_by = NULL, epoch = epoch + 1 WHERE id = $1`,
);
