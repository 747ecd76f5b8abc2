import { statement } from '../../../platform/database/statement.js';

/**
 * Takes due sagas of the definitions this build knows ($3 names, $4 versions). A saga that this worker owns
 * already may ring too: a request from outside came while it was under way, or the worker lost sight of it.
 *
 * `now()`, not `clock_timestamp()`: only a stable function can be an index condition, and with a volatile one every
 * waiting saga would be read at each look. Run it in a transaction of its own, so that the two are the same.
 */
export const claimDueSagas = statement(
  'saga.claim-due-sagas',
  `WITH due AS MATERIALIZED (
     SELECT i.id, i.owner
       FROM saga.live_instance i
      WHERE i.wake_at <= now()
        AND (i.owner IS NULL OR i.owner = $1)
        AND EXISTS (SELECT FROM unnest($3::text[], $4::int[]) AS known(name, version)
                     WHERE known.name = i.definition AND known.version = i.version)
      ORDER BY i.wake_at
      LIMIT $2
        FOR UPDATE SKIP LOCKED
   )
   UPDATE saga.live_instance i
      SET owner = $1, epoch = i.epoch + 1, wake_at = NULL
     FROM due
    WHERE i.id = ANY (ARRAY(SELECT id FROM due)) AND i.id = due.id
  RETURNING i.id, i.definition, i.version, i.epoch, i.revision, i.length, i.segment_seq AS "segmentSeq",
            i.segment_at AS "segmentAt", clock_timestamp() AS now,
            due.owner IS NOT NULL AS "wasMine"`,
);
