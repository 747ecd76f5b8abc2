import { statement } from '../../../platform/database/statement.js';

/**
 * All that an operator sees of one saga, in one statement: row, journal (its last segment) and progress are of the same instant, so
 * the revision that is shown is the revision of what is shown.
 */
export const readSaga = statement(
  'saga.read-saga',
  `SELECT i.id, i.definition, i.version, i.status, i.current_step AS "currentStep", i.revision,
          i.failed_step AS "failedStep", i.created_at AS "createdAt", i.updated_at AS "updatedAt",
          COALESCE(w.name, i.owner::text) AS owner,
          (SELECT jsonb_agg(j.entries ORDER BY j.seq)
             FROM saga.journal j
            WHERE j.saga_id = i.id AND j.seq >= i.segment_seq AND j.at >= i.segment_at - interval '1 day') AS journal,
          (SELECT jsonb_object_agg(p.unit, p.progress) FROM saga.progress p WHERE p.saga_id = i.id) AS progress
     FROM saga.instance i
     LEFT JOIN saga.worker w ON w.id = i.owner
    WHERE i.id = $1`,
);
