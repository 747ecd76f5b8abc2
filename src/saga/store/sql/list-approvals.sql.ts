import { statement } from '../../../platform/database/statement.js';
import { approvalColumns } from './approval-columns.js';

/** At most $2 approvals, newest first, after $1; null begins with the newest. */
export const listApprovals = statement(
  'saga.list-approvals',
  `SELECT ${approvalColumns} FROM saga.approval
    WHERE $1::uuid IS NULL OR id < $1 ORDER BY id DESC LIMIT $2`,
);
