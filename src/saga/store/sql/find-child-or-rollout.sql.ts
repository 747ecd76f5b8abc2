import { statement } from '../../../platform/database/statement.js';
import { rolloutDocument } from './rollout-document.js';

/**
 * Before a saga ($1) is begun inside a wave, in one round trip: where its journal is, if it has been begun before, and who
 * gets which version of its definition ($2), as `read-clock-and-rollout` says ($3: of when is known).
 */
export const findChildOrRollout = statement(
  'saga.find-child-or-rollout',
  `SELECT i.id, i.segment_seq AS "segmentSeq", i.segment_at AS "segmentAt",
          COALESCE(i.finished_at, clock_timestamp()) AS until, r.revision,
          CASE WHEN r.changed_at IS DISTINCT FROM $3::timestamptz THEN ${rolloutDocument} END AS rollout
     FROM (SELECT) AS one
     LEFT JOIN saga.rollout r ON r.definition = $2
     LEFT JOIN saga.instance i ON i.id = $1`,
);
