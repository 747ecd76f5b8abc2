import { statement } from '../../../platform/database/statement.js';

/** Makes the partitions that are missing up to $1 weeks from now; answers how many it made. Its own transaction. */
export const makePartitions = statement(
  'saga.make-partitions',
  `SELECT saga.make_partitions(clock_timestamp() + make_interval(weeks => $1)) AS made`,
);
