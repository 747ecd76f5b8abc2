import { statement } from '../../../platform/database/statement.js';

/** Workers with a live lease, and for how long the saga that has been due longest has been, in seconds; null: none is. */
export const readWorkersAndDue = statement(
  'saga.read-workers-and-due',
  `SELECT (SELECT count(*)::int FROM saga.worker WHERE expires_at > now()) AS workers,
          (SELECT extract(epoch FROM now() - min(wake_at))::float8
             FROM saga.live_instance WHERE wake_at <= now()) AS due`,
);
