import { statement } from '../../../database/statement.js';

/**
 * Writes answers under keys that this transaction has claimed. $1 scopes, $2 keys, $3 statuses, $4 locations, $5 bodies.
 * The keys are named twice: by `= ANY` the index of the records has a condition, whichever way they are joined.
 */
export const completeIdempotencyRecords = statement(
  'platform.complete-idempotency-records',
  `UPDATE platform.idempotency_record r
      SET status = a.status, location = a.location, body = a.body
     FROM unnest($1::text[], $2::text[], $3::smallint[], $4::text[], $5::text[]) AS a(scope, key, status, location, body)
    WHERE r.scope = ANY ($1::text[]) AND r.key = ANY ($2::text[])
      AND r.scope = a.scope AND r.key = a.key`,
);
