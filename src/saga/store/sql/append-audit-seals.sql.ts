import { statement } from '../../../platform/database/statement.js';

/** $1 sequence numbers, $2 entries, $3 the hashes before, $4 their own, in hexadecimal; the last one is the chain's end. */
export const appendAuditSeals = statement(
  'saga.append-audit-seals',
  `WITH sealed AS (
     INSERT INTO saga.audit_seal (sequence, entry_id, previous_hash, hash)
     SELECT sequence, entry_id, decode(previous_hash, 'hex'), decode(hash, 'hex')
       FROM unnest($1::bigint[], $2::uuid[], $3::text[], $4::text[]) AS s(sequence, entry_id, previous_hash, hash)
     RETURNING sequence, hash
   )
   UPDATE saga.audit_chain c SET sequence = s.sequence, hash = s.hash
     FROM (SELECT sequence, hash FROM sealed ORDER BY sequence DESC LIMIT 1) AS s`,
);
