import { statement } from '../../../database/statement.js';

/** Writes the answer under a key that this transaction has claimed. $1 scope, $2 key, $3 status, $4 location, $5 body */
export const completeIdempotencyRecord = statement(
  'platform.complete-idempotency-record',
  `UPDATE platform.idempotency_record SET status = $3, location = $4, body = $5 WHERE scope = $1 AND key = $2`,
);
