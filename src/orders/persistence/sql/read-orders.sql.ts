import { statement } from '../../../platform/database/statement.js';
import { ORDER_COLUMNS } from '../order-row.js';

/** The orders $1, whole. */
export const readOrders = statement(
  'orders.read-orders',
  `SELECT ${ORDER_COLUMNS} FROM orders."order" WHERE id = ANY($1::uuid[])`,
);
