import { statement } from '../../../platform/database/statement.js';

/** Entries of one journal by number, from 1: those after $2, at most $3. A row holds the entries of one commit. */
export const readJournalEntries = statement(
  'saga.read-journal-entries',
  `SELECT (j.seq + e.place - 1)::int AS number, j.epoch, e.entry
     FROM saga.journal j
    CROSS JOIN LATERAL jsonb_array_elements(j.entries) WITH ORDINALITY AS e(entry, place)
    WHERE j.saga_id = $1 AND j.seq + e.place - 1 > $2
    ORDER BY number
    LIMIT $3`,
);
