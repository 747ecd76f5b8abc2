import { statement } from '../../../platform/database/statement.js';

export const nextJobItem = statement(
  'saga.next-job-item',
  `SELECT number, saga_id AS "sagaId" FROM saga.job_item
    WHERE job_id = $1 AND status = 'waiting' ORDER BY number LIMIT 1`,
);
