import { statement } from '../../../platform/database/statement.js';

/** Partitions that somebody began to drop and did not: half detached (of what, then), or detached and still there. */
export const readCutOffPartitions = statement(
  'saga.read-cut-off-partitions',
  `SELECT of, name FROM saga.history_partition WHERE detaching
   UNION ALL
   SELECT NULL, c.relname
     FROM pg_class c
    WHERE c.relnamespace = 'saga'::regnamespace AND c.relkind = 'r' AND NOT c.relispartition
      AND c.relname ~ '^(journal|ended_instance)_(before|\\d{4}[wm]\\d{2})$'`,
);
