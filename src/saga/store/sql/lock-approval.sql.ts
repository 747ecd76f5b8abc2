import { statement } from '../../../platform/database/statement.js';
import { approvalColumns } from './approval-columns.js';

export const lockApproval = statement(
  'saga.lock-approval',
  `SELECT ${approvalColumns} FROM saga.approval WHERE id = $1 FOR UPDATE`,
);
