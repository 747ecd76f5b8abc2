import { statement } from '../../../platform/database/statement.js';

export const insertAuditEntry = statement(
  'saga.insert-audit-entry',
  `INSERT INTO saga.audit (id, actor, role, action, saga_id, reason, before, after, job_id, approval_id)
   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
);
