import { statement } from '../../../platform/database/statement.js';

/** How the orders $1 stand; one that does not exist is not in the answer. */
export const readOrderStates = statement(
  'orders.read-order-states',
  `SELECT id, status, version, failure_code AS "failureCode"
     FROM orders."order"
    WHERE id = ANY($1::uuid[])`,
);
