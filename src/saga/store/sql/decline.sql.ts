import { statement } from '../../../platform/database/statement.js';
import { approvalColumns } from './approval-columns.js';

/** $1 the approval, $2 by whom, $3 why. */
export const decline = statement(
  'saga.decline',
  `UPDATE saga.approval SET declined_by = $2, declined_because = $3, declined_at = clock_timestamp()
    WHERE id = $1 RETURNING ${approvalColumns}`,
);
