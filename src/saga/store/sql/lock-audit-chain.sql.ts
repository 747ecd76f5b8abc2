import { statement } from '../../../platform/database/statement.js';

/** The end of the chain, for whoever appends to it until the end of the transaction. No row: somebody else does. */
export const lockAuditChain = statement(
  'saga.lock-audit-chain',
  `SELECT sequence::int AS sequence, encode(hash, 'hex') AS hash FROM saga.audit_chain FOR UPDATE SKIP LOCKED`,
);
