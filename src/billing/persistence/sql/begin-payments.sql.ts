import { statement } from '../../../platform/database/statement.js';

/** A payment that has begun already stays as it is. */
export const beginPayments = statement(
  'billing.begin-payments',
  `INSERT INTO billing.payment (id, order_id, amount, currency, payment_method)
   SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::text[], $5::text[])
            AS begun (id, order_id, amount, currency, payment_method)
    ORDER BY id
   ON CONFLICT (id) DO NOTHING`,
);
