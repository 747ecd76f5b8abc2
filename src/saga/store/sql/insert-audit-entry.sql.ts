import { statement } from '../../../platform/database/statement.js';

export const insertAuditEntry = statement(
  'saga.insert-audit-entry',
  `INSERT INTO saga.audit (id, actor, role, action, saga_id, reason, before, after)
   VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
);
