import { statement } from '../../database/statement.js';

export const storeDeliveries = statement(
  'platform.store-deliveries',
  `INSERT INTO platform.delivery (subscriber, message_id, type, key, payload, traceparent)
   SELECT * FROM unnest($1::text[], $2::uuid[], $3::text[], $4::text[], $5::jsonb[], $6::text[])`,
);
