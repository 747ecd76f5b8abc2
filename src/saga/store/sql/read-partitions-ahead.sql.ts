import { statement } from '../../../platform/database/statement.js';

/** For how many weeks there are partitions yet, of what has the fewest. */
export const readPartitionsAhead = statement(
  'saga.read-partitions-ahead',
  `SELECT min(weeks)::float8 AS weeks
     FROM (SELECT extract(epoch FROM max(ends_at) - clock_timestamp()) / 604800 AS weeks
             FROM saga.history_partition GROUP BY of) AS ahead`,
);
