import { statement } from '../../../platform/database/statement.js';

/** Some sagas, under way or kept, that are folded from entries which may have been written before $1. */
export const findSagasNeedingJournals = statement(
  'saga.find-sagas-needing-journals',
  `SELECT id, finished_at IS NULL AS live
     FROM saga.instance
    WHERE segment_at < $1::timestamptz + interval '1 day'
    LIMIT 5`,
);
