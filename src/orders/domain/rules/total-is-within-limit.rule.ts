import type { Rule } from './rule.js';

/** Minor units: a thousand million euros. Above it a slip of the keyboard is likelier than an order. */
export const TOTAL_LIMIT = 100_000_000_000;

export const totalIsWithinLimit: Rule = ({ totalAmount }) =>
  totalAmount <= TOTAL_LIMIT
    ? []
    : [
        {
          code: 'ORDERS.TOTAL_ABOVE_LIMIT',
          message: `The total of an order must not be above ${TOTAL_LIMIT} minor units.`,
          pointer: null,
        },
      ];
