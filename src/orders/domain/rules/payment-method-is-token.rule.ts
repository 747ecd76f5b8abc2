import { PAYMENT_METHOD_TOKEN } from '../payment-method-token.js';
import type { Rule } from './rule.js';

export const paymentMethodIsToken: Rule = ({ paymentMethod }) =>
  PAYMENT_METHOD_TOKEN.test(paymentMethod)
    ? []
    : [
        {
          code: 'ORDERS.PAYMENT_METHOD_NOT_A_TOKEN',
          message: 'The payment method must be a token that begins with "pm_".',
          pointer: '/paymentMethod',
        },
      ];
