import { statement } from '../../../platform/database/statement.js';

/**
 * Takes sagas whose owner has no live lease. An anti-join on purpose, not a list of the dead: it also finds a
 * saga that was given to a worker whose row is gone by now.
 */
export const takeOverSagas = statement(
  'saga.take-over-sagas',
  `WITH lost AS MATERIALIZED (
     SELECT i.id
       FROM saga.live_instance i
      WHERE i.owner IS NOT NULL AND i.owner <> $1
        AND NOT EXISTS (SELECT FROM saga.worker w
                         WHERE w.id = i.owner AND w.expires_at > clock_timestamp())
        AND EXISTS (SELECT FROM unnest($3::text[], $4::int[]) AS known(name, version)
                     WHERE known.name = i.definition AND known.version = i.version)
      LIMIT $2
        FOR UPDATE OF i SKIP LOCKED
   )
   UPDATE saga.live_instance i
      SET owner = $1, epoch = i.epoch + 1, wake_at = NULL
     FROM lost
    WHERE i.id = lost.id
  RETURNING i.id, i.definition, i.version, i.epoch, i.revision, i.length, i.segment_seq AS "segmentSeq",
            i.segment_at AS "segmentAt", clock_timestamp() AS now`,
);
