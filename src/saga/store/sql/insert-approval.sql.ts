import { statement } from '../../../platform/database/statement.js';

export const insertApproval = statement(
  'saga.insert-approval',
  `INSERT INTO saga.approval (id, saga_id, job_id, action, request, revision, money, asked_by, role, reason)
   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
);
