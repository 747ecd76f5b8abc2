import { statement } from '../../../database/statement.js';

/**
 * Makes a key ours, or finds the answer it already has. No row: it is ours now. The function (see the migration)
 * gives up after a few milliseconds, with SQLSTATE 55P03, while another open transaction holds the key.
 *
 * $1 scope, $2 key, $3 hash of the request
 */
export const claimIdempotencyKey = statement(
  'platform.claim-idempotency-key',
  `SELECT request_hash, status, location, body FROM platform.claim_idempotency_key($1, $2, $3)`,
);
