import { statement } from '../../../platform/database/statement.js';

/** Where the chain says that it ends, and its last seal; null: there is none. */
export const readAuditChain = statement(
  'saga.read-audit-chain',
  `SELECT c.sequence::int AS sequence, encode(c.hash, 'hex') AS hash, clock_timestamp() AS now,
          (SELECT max(sequence)::int FROM saga.audit_seal) AS last
     FROM saga.audit_chain c`,
);
