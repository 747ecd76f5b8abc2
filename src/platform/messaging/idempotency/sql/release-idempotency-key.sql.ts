import { statement } from '../../../database/statement.js';

/** Gives back a key that this transaction has claimed. $1 scope, $2 key */
export const releaseIdempotencyKey = statement(
  'platform.release-idempotency-key',
  `DELETE FROM platform.idempotency_record WHERE scope = $1 AND key = $2 AND status IS NULL`,
);
