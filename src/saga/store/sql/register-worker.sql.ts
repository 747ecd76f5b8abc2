import { statement } from '../../../platform/database/statement.js';

export const registerWorker = statement(
  'saga.register-worker',
  `INSERT INTO saga.worker (id, name, expires_at)
   VALUES ($1, $2, clock_timestamp() + make_interval(secs => $3))`,
);
