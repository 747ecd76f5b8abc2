import { statement } from '../../../platform/database/statement.js';

export const reportProgress = statement(
  'saga.report-progress',
  `INSERT INTO saga.progress (saga_id, unit, attempt, progress, reported_at)
   VALUES ($1, $2, $3, $4, clock_timestamp())
   ON CONFLICT (saga_id, unit) DO UPDATE
     SET attempt = excluded.attempt, progress = excluded.progress, reported_at = excluded.reported_at
   WHERE saga.progress.attempt <= excluded.attempt`,
);
