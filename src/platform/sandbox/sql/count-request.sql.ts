import { statement } from '../../database/statement.js';

export const countRequest = statement(
  'sandbox.count-request',
  `INSERT INTO sandbox.request_log AS seen (dependency, key)
   VALUES ($1, $2)
   ON CONFLICT (dependency, key) DO UPDATE SET count = seen.count + 1
   RETURNING count`,
);
