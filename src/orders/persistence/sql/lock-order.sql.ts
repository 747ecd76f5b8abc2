import { statement } from '../../../platform/database/statement.js';

/** How the order $1 stands, locked against any change until the transaction ends. */
export const lockOrder = statement(
  'orders.lock-order',
  `SELECT id, status, version, failure_code AS "failureCode" FROM orders."order" WHERE id = $1 FOR UPDATE`,
);
