import { statement } from '../../../platform/database/statement.js';

/**
 * Sagas that this worker owns in the database but not in memory: their commit was answered by a broken
 * connection. $2: what is in memory. They are rung, so that they are claimed like any other due saga. Not those
 * of the last seconds: between a commit and its answer a saga is in the database and not yet in memory.
 */
export const findForgottenSagas = statement(
  'saga.find-forgotten-sagas',
  `UPDATE saga.live_instance SET wake_at = clock_timestamp()
    WHERE id IN (SELECT id
                   FROM saga.live_instance
                  WHERE owner = $1 AND wake_at IS NULL AND id <> ALL($2::uuid[])
                    AND updated_at < clock_timestamp() - interval '3 seconds'
                    FOR UPDATE SKIP LOCKED)`,
);
