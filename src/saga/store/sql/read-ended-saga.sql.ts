import { statement } from '../../../platform/database/statement.js';

/**
 * A saga that has ended, as `lock-saga` would show it. Asked after that one found none: a saga that has ended while its
 * row was waited for is seen by a new statement only. It needs no lock, for nothing changes it any more.
 */
export const readEndedSaga = statement(
  'saga.read-ended-saga',
  `SELECT id, definition, version, revision, length, epoch, owner, segment_seq AS "segmentSeq",
          segment_at AS "segmentAt", clock_timestamp() AS now
     FROM saga.ended_instance WHERE id = $1`,
);
