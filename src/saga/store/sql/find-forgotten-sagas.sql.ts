import { statement } from '../../../platform/database/statement.js';

/**
 * Sagas that this worker owns in the database but not in memory: their commit was answered by a broken
 * connection. $2: what is in memory. They are rung, so that they are claimed like any other due saga.
 */
export const findForgottenSagas = statement(
  'saga.find-forgotten-sagas',
  `UPDATE saga.instance SET wake_at = clock_timestamp()
    WHERE owner = $1 AND wake_at IS NULL AND id <> ALL($2::uuid[])`,
);
