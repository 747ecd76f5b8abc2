import { statement } from '../../../platform/database/statement.js';

/**
 * The fence: locks those of the sagas that the worker still owns, in id order, so that two waves never wait for each
 * other in a circle; whether it is under the epoch that it knows, the caller sees. Rows come as they are locked: the
 * last one's clock was read after all of the locks.
 *
 * `IS TRUE` keeps the index of owners out of the plan: statistics of a moment when hardly a saga had an owner let it look
 * cheap, and then all sagas of this worker are compared with all of the wave.
 */
export const lockOwnedSagas = statement(
  'saga.lock-owned-sagas',
  `WITH locked AS (
     SELECT id, epoch, revision, length
       FROM saga.live_instance
      WHERE id = ANY ($1::uuid[]) AND (owner = $2) IS TRUE
      ORDER BY id
        FOR UPDATE
   )
   SELECT id, epoch, revision, length, clock_timestamp() AS now FROM locked`,
);
