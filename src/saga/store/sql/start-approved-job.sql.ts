import { statement } from '../../../platform/database/statement.js';

/** No row: it was cancelled meanwhile. */
export const startApprovedJob = statement(
  'saga.start-approved-job',
  `UPDATE saga.job SET status = 'running' WHERE id = $1 AND status = 'awaiting-approval' RETURNING id`,
);
