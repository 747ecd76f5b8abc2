import { statement } from '../../../platform/database/statement.js';

/** Locks one saga that has not ended, for a request from outside, whoever owns it. */
export const lockSaga = statement(
  'saga.lock-saga',
  `SELECT id, definition, version, revision, length, epoch, owner, segment_seq AS "segmentSeq",
          segment_at AS "segmentAt", clock_timestamp() AS now
     FROM saga.live_instance WHERE id = $1 FOR UPDATE`,
);
