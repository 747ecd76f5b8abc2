import { statement } from '../../../platform/database/statement.js';
import { sealedColumns } from './sealed-columns.js';

/** Seals after number $1 up to $2, at most $3, with what of their entries is there; `id` null: it is gone. */
export const readSealedEntries = statement(
  'saga.read-sealed-entries',
  `SELECT s.sequence::int AS sequence, s.entry_id AS "entryId", encode(s.previous_hash, 'hex') AS "previousHash",
          encode(s.hash, 'hex') AS hash, ${sealedColumns}
     FROM saga.audit_seal s LEFT JOIN saga.audit a ON a.id = s.entry_id
    WHERE s.sequence > $1 AND s.sequence <= $2
    ORDER BY s.sequence LIMIT $3`,
);
