import { statement } from '../../../platform/database/statement.js';

/** Partitions that ended at least $1 days ago, the oldest first; those of the ended before the journals. */
export const readExpiredPartitions = statement(
  'saga.read-expired-partitions',
  `SELECT of, name, ends_at AS "endsAt"
     FROM saga.history_partition
    WHERE ends_at <= clock_timestamp() - make_interval(days => $1) AND NOT detaching
    ORDER BY of, ends_at`,
);
