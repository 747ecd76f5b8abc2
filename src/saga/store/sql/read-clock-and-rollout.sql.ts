import { statement } from '../../../platform/database/statement.js';
import { rolloutDocument } from './rollout-document.js';

/**
 * What the time is, and who gets which version of a definition ($1): asked by every transaction that begins sagas, so
 * that it sees what was committed before it. The document comes only when it was changed at another time than the one that
 * is known already ($2): revisions may come again, after a backup was restored. No row: revision null.
 */
export const readClockAndRollout = statement(
  'saga.read-clock-and-rollout',
  `SELECT clock_timestamp() AS now, r.revision,
          CASE WHEN r.changed_at IS DISTINCT FROM $2::timestamptz THEN ${rolloutDocument} END AS rollout
     FROM (SELECT) AS one
     LEFT JOIN saga.rollout r ON r.definition = $1`,
);
