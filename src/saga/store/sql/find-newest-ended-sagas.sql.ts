import { statement } from '../../../platform/database/statement.js';

/** Sagas of one version that have ended, the newest first: $1 definition, $2 version, $3 the id to begin before, $4 how many. */
export const findNewestEndedSagas = statement(
  'saga.find-newest-ended-sagas',
  `SELECT id
     FROM saga.ended_instance
    WHERE definition = $1 AND version = $2 AND id < $3::uuid
    ORDER BY id DESC
    LIMIT $4`,
);
