import { statement } from '../../../platform/database/statement.js';

/** No row: the lease had run out, and what it covered may be someone else's already. It is never renewed then. */
export const renewLease = statement(
  'saga.renew-lease',
  `UPDATE saga.worker
      SET expires_at = clock_timestamp() + make_interval(secs => $2)
    WHERE id = $1 AND expires_at > clock_timestamp()
   RETURNING id`,
);
