import { statement } from '../../../platform/database/statement.js';

/** Sagas of a version ($1 definition, $2 version) that have not ended, newest first, after one ($3; null: from the newest). */
export const listInFlightOfVersion = statement(
  'saga.list-in-flight-of-version',
  `SELECT id, correlation_id AS "correlationId", status, current_step AS "currentStep", revision
     FROM saga.live_instance
    WHERE definition = $1 AND version = $2 AND id < COALESCE($3, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)
    ORDER BY id DESC
    LIMIT $4`,
);
