import type { Rule } from './rule.js';

export const totalIsPositive: Rule = ({ totalAmount }) =>
  totalAmount > 0
    ? []
    : [
        {
          code: 'ORDERS.TOTAL_NOT_POSITIVE',
          message: 'The total of an order must be more than zero.',
          pointer: null,
        },
      ];
