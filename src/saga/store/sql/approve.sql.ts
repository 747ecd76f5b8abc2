import { statement } from '../../../platform/database/statement.js';
import { approvalColumns } from './approval-columns.js';

/** $1 the approval, $2 by whom, $3 why. */
export const approve = statement(
  'saga.approve',
  `UPDATE saga.approval SET approved_by = $2, approved_because = $3, approved_at = clock_timestamp()
    WHERE id = $1 RETURNING ${approvalColumns}`,
);
