import { statement } from '../../../platform/database/statement.js';

/**
 * Stores what attempts have reported; a report of an earlier attempt than the one that is stored changes nothing.
 * $1 sagas, $2 units, $3 attempts, $4 progress, no pair of saga and unit twice.
 */
export const reportProgress = statement(
  'saga.report-progress',
  `INSERT INTO saga.progress (saga_id, unit, attempt, progress, reported_at)
   SELECT saga_id, unit, attempt, progress, clock_timestamp()
     FROM unnest($1::uuid[], $2::text[], $3::integer[], $4::jsonb[]) AS reported (saga_id, unit, attempt, progress)
    ORDER BY saga_id, unit
   ON CONFLICT (saga_id, unit) DO UPDATE
     SET attempt = excluded.attempt, progress = excluded.progress, reported_at = excluded.reported_at
   WHERE saga.progress.attempt <= excluded.attempt`,
);
