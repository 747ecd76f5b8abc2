import { currenciesMatch } from './currencies-match.rule.js';
import { currencyIsSupported } from './currency-is-supported.rule.js';
import { paymentMethodIsToken } from './payment-method-is-token.rule.js';
import type { Rule, RuleSubject, Violation } from './rule.js';
import { totalIsPositive } from './total-is-positive.rule.js';
import { totalIsWithinLimit } from './total-is-within-limit.rule.js';

/** All of them are asked; a new rule is a file and an entry here. */
export const ORDER_RULES: readonly Rule[] = [
  totalIsPositive,
  totalIsWithinLimit,
  currencyIsSupported,
  currenciesMatch,
  paymentMethodIsToken,
];

/** Everything that is wrong with the order, in the order of the rules; empty when it keeps them all. */
export function violationsOf(order: RuleSubject, rules: readonly Rule[] = ORDER_RULES): Violation[] {
  return rules.flatMap((rule) => rule(order));
}

/**
 * One code and sentence for all of them: the violations' own code when they share one (two products in a wrong
 * currency are still `ORDERS.CURRENCY_MISMATCH`), `ORDERS.INVALID` when there are several reasons.
 */
export function summaryOf(violations: readonly Violation[]): { code: string; message: string } {
  const codes = new Set(violations.map((violation) => violation.code));
  const [first] = violations;
  return {
    code: first && codes.size === 1 ? first.code : 'ORDERS.INVALID',
    message: sentence(violations),
  };
}

/** How many violations are told in full; a hundred lines in a wrong currency are not a hundred sentences. */
const TOLD = 3;

function sentence(violations: readonly Violation[]): string {
  const told = violations.slice(0, TOLD).map((violation) => violation.message);
  const untold = violations.length - told.length;
  return [...told, ...(untold > 0 ? [`And ${untold} more.`] : [])].join(' ');
}
