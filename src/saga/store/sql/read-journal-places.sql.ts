import { statement } from '../../../platform/database/statement.js';

/** Where the journals of these sagas begin and end, ended ones too, and where their last segments begin. $1 ids. */
export const readJournalPlaces = statement(
  'saga.read-journal-places',
  `SELECT id, segment_seq AS "segmentSeq", segment_at AS "segmentAt", created_at AS "createdAt",
          COALESCE(finished_at, clock_timestamp()) AS until
     FROM saga.instance WHERE id = ANY($1::uuid[])`,
);
