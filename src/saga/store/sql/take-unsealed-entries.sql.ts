import { statement } from '../../../platform/database/statement.js';
import { sealedColumns } from './sealed-columns.js';

/**
 * At most $1 committed entries that have no seal, the longest noted first; they are noted no more. What was noted and is
 * no entry any more stays noted: the check tells of it.
 */
export const takeUnsealedEntries = statement(
  'saga.take-unsealed-entries',
  `WITH taken AS (
     DELETE FROM saga.audit_unsealed
      WHERE number IN (SELECT u.number
                         FROM saga.audit_unsealed u
                        WHERE EXISTS (SELECT FROM saga.audit a WHERE a.id = u.entry_id)
                          AND NOT EXISTS (SELECT FROM saga.audit_seal s WHERE s.entry_id = u.entry_id)
                        ORDER BY u.number LIMIT $1)
     RETURNING number, entry_id
   )
   SELECT ${sealedColumns} FROM taken t JOIN saga.audit a ON a.id = t.entry_id ORDER BY t.number`,
);
