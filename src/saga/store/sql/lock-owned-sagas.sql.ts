import { statement } from '../../../platform/database/statement.js';

/**
 * The fence: locks those of the sagas that are still owned under the given epoch, in id order, so that two waves
 * never wait for each other in a circle. The clock is read after the locks.
 *
 * `IS TRUE` keeps the index of owners out of the plan: statistics of a moment when hardly a saga had an owner let it look
 * cheap, and then all sagas of this worker are compared with all of the wave.
 */
export const lockOwnedSagas = statement(
  'saga.lock-owned-sagas',
  `WITH locked AS (
     SELECT i.id, i.revision, i.length
       FROM saga.live_instance i
       JOIN unnest($1::uuid[], $2::int[]) AS w(id, epoch) ON i.id = w.id AND i.epoch = w.epoch
      WHERE (i.owner = $3) IS TRUE
      ORDER BY i.id
        FOR UPDATE OF i
   )
   SELECT id, revision, length, clock_timestamp() AS now FROM locked`,
);
