import { statement } from '../../../platform/database/statement.js';

/**
 * Journals from a commit on: $1 sagas, $2 the number of the first entry of that commit. The times $3 and $4 say between
 * which these entries were written: values, not looked up, so that only those weeks are opened.
 */
export const loadJournals = statement(
  'saga.load-journals',
  `SELECT j.saga_id, j.entries
     FROM unnest($1::uuid[], $2::int[]) AS w(id, seq)
     JOIN saga.journal j ON j.saga_id = w.id AND j.seq >= w.seq
    WHERE j.saga_id = ANY ($1::uuid[]) AND j.at >= $3::timestamptz AND j.at <= $4::timestamptz
    ORDER BY j.saga_id, j.seq`,
);
