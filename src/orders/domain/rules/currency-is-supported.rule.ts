import type { Rule } from './rule.js';

/** ISO 4217, as the runtime knows it. */
const supported = new Set(Intl.supportedValuesOf('currency'));

export const currencyIsSupported: Rule = ({ currency }) =>
  supported.has(currency)
    ? []
    : [
        {
          code: 'ORDERS.UNSUPPORTED_CURRENCY',
          message: `There is no currency ${currency}.`,
          pointer: '/currency',
        },
      ];
