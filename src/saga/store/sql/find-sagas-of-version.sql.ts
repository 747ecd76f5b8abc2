import { statement } from '../../../platform/database/statement.js';

/**
 * Sagas in flight of one version, by id: $1 definition, $2 version, $3 the id to begin after, $4 how many. In the order
 * in which waves lock rows, so that who locks them one after the other waits for none of them in a circle.
 */
export const findSagasOfVersion = statement(
  'saga.find-sagas-of-version',
  `SELECT id, correlation_id AS "correlationId"
     FROM saga.live_instance
    WHERE definition = $1 AND version = $2 AND id > $3::uuid
    ORDER BY id
    LIMIT $4`,
);
