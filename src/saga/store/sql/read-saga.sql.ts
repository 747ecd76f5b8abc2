import { statement } from '../../../platform/database/statement.js';
import { standingColumns } from './standing-columns.js';

/**
 * All that an operator sees of one saga, in one statement: row, journal (its last segment), progress, and what is known
 * of its owner and its breaker are of the same instant, so the revision that is shown is the revision of what is shown.
 */
export const readSaga = statement(
  'saga.read-saga',
  `SELECT i.id, i.definition, i.version, i.current_step AS "currentStep", i.revision, i.created_at AS "createdAt",
          ${standingColumns},
          (SELECT jsonb_object_agg(p.unit, p.progress) FROM saga.progress p WHERE p.saga_id = i.id) AS progress
     FROM saga.instance i
     LEFT JOIN saga.worker w ON w.id = i.owner
    WHERE i.id = $1`,
);
