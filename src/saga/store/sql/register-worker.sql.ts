import { statement } from '../../../platform/database/statement.js';

/** $1 id, $2 name, $3 seconds that its lease lasts, $4 the versions it can carry on, each as `name v1`. */
export const registerWorker = statement(
  'saga.register-worker',
  `INSERT INTO saga.worker (id, name, expires_at, serves)
   VALUES ($1, $2, clock_timestamp() + make_interval(secs => $3), $4)`,
);
