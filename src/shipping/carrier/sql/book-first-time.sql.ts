import { statement } from '../../../platform/database/statement.js';

/**
 * Books when the reference was never heard of: then nobody has booked or cancelled it, because both enter the
 * reference first. No row: it was, so its turn has to be awaited (`lockReference`).
 * $1 reference, $2 order id, $3 tracking number, $4 idempotency key.
 */
export const bookFirstTime = statement(
  'sandbox.book-first-time',
  `WITH entered AS (
     INSERT INTO sandbox.reference (dependency, reference) VALUES ('carrier', $1)
     ON CONFLICT (dependency, reference) DO NOTHING
     RETURNING reference
   )
   INSERT INTO sandbox.booking (tracking_number, reference, order_id, status, idempotency_key)
   SELECT $3::text, reference, $2::uuid, 'booked', $4::text FROM entered
   RETURNING tracking_number`,
);
