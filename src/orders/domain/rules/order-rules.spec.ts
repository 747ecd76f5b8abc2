import { summaryOf, violationsOf } from './order-rules.js';
import type { RuleSubject } from './rule.js';
import { TOTAL_LIMIT } from './total-is-within-limit.rule.js';

const line = { sku: 'SKU-1', name: 'Grinder', quantity: 1, unitAmount: 100, currency: 'EUR' };
const good: RuleSubject = { currency: 'EUR', totalAmount: 100, paymentMethod: 'pm_card_visa', lines: [line] };
const codes = (order: Partial<RuleSubject>) =>
  violationsOf({ ...good, ...order }).map((violation) => violation.code);

describe('the rules of an order', () => {
  it('accept an ordinary order', () => {
    expect(codes({})).toEqual([]);
  });

  it.each([
    ['ORDERS.TOTAL_NOT_POSITIVE', { totalAmount: 0 }],
    ['ORDERS.TOTAL_NOT_POSITIVE', { totalAmount: -1 }],
    ['ORDERS.TOTAL_ABOVE_LIMIT', { totalAmount: TOTAL_LIMIT + 1 }],
    ['ORDERS.UNSUPPORTED_CURRENCY', { currency: 'EUX', lines: [{ ...line, currency: 'EUX' }] }],
    ['ORDERS.CURRENCY_MISMATCH', { lines: [{ ...line, currency: 'USD' }] }],
    ['ORDERS.PAYMENT_METHOD_NOT_A_TOKEN', { paymentMethod: '4242424242424242' }],
    ['ORDERS.PAYMENT_METHOD_NOT_A_TOKEN', { paymentMethod: 'pm_4242424242424242' }],
  ] as const)('report %s for %j, and nothing else', (code, order) => {
    expect(codes(order)).toEqual([code]);
  });

  it('report all violations together, each line by its pointer', () => {
    const violations = violationsOf({
      ...good,
      totalAmount: 0,
      lines: [line, { ...line, sku: 'SKU-2', currency: 'USD' }],
    });
    expect(violations.map(({ code, pointer }) => [code, pointer])).toEqual([
      ['ORDERS.TOTAL_NOT_POSITIVE', null],
      ['ORDERS.CURRENCY_MISMATCH', '/lines/1/sku'],
    ]);
    expect(summaryOf(violations).code).toBe('ORDERS.INVALID');
  });

  it('give one code when all violations have it', () => {
    const foreign = { ...line, currency: 'USD' };
    const violations = violationsOf({ ...good, lines: [foreign, foreign] });
    expect(summaryOf(violations).code).toBe('ORDERS.CURRENCY_MISMATCH');
  });

  it('tell a few sentences, however much is wrong', () => {
    const violations = violationsOf({
      ...good,
      lines: Array.from({ length: 100 }, () => ({ ...line, currency: 'USD' })),
    });
    expect(violations).toHaveLength(100);
    expect(summaryOf(violations).message).toMatch(/And 97 more\.$/);
  });

  it('never repeat the payment method, which may be a card number', () => {
    const violations = violationsOf({ ...good, paymentMethod: '4242424242424242' });
    expect(JSON.stringify(violations)).not.toContain('4242');
  });
});
