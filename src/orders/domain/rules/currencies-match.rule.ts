import type { Rule } from './rule.js';

export const currenciesMatch: Rule = ({ currency, lines }) =>
  lines.flatMap((line, index) =>
    line.currency === currency
      ? []
      : [
          {
            code: 'ORDERS.CURRENCY_MISMATCH',
            message: `${line.sku} is sold in ${line.currency}, not in ${currency}.`,
            pointer: `/lines/${index}/sku`,
          },
        ],
  );
