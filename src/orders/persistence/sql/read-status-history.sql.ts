import { statement } from '../../../platform/database/statement.js';

/** The status history of the order $1. */
export const readStatusHistory = statement(
  'orders.read-status-history',
  `SELECT status, version, status_history AS "statusHistory" FROM orders."order" WHERE id = $1`,
);
