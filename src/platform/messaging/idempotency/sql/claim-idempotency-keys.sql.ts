import { statement } from '../../../database/statement.js';

/**
 * Makes keys ours, or finds the answers they already have. No row: it is ours now. The function (see the migration)
 * gives up after a few milliseconds, with SQLSTATE 55P03, while another open transaction holds a key. In the order of the
 * keys, so that two transactions that claim the same ones do not each wait for the other.
 *
 * $1 scopes, $2 keys, $3 hashes of the requests
 */
export const claimIdempotencyKeys = statement(
  'platform.claim-idempotency-keys',
  `SELECT k.n::integer AS n, r.request_hash, r.status, r.location, r.body
     FROM (SELECT * FROM unnest($1::text[], $2::text[], $3::bytea[]) WITH ORDINALITY AS k(scope, key, hash, n)
            ORDER BY scope, key, n) AS k
    CROSS JOIN LATERAL platform.claim_idempotency_key(k.scope, k.key, k.hash) AS r`,
);
