import { statement } from '../../../platform/database/statement.js';

/** What the rules look at, of the orders $1. */
export const readRuleSubjects = statement(
  'orders.read-rule-subjects',
  `SELECT id, currency, total_amount AS "totalAmount", payment_method AS "paymentMethod", lines
     FROM orders."order"
    WHERE id = ANY($1::uuid[])`,
);
