import { judgeCard, passesLuhn } from './judge-card.js';

const now = new Date('2026-11-21T00:00:00Z');
const judge = (number: string, expiryMonth = 12, expiryYear = 2030) =>
  judgeCard({ number, expiryMonth, expiryYear }, now);

describe('a card', () => {
  it.each([
    ['4242424242424242', 'visa'],
    ['4222222222222', 'visa'],
    ['4000000000000000006', 'visa'],
    ['5555555555554444', 'mastercard'],
    ['2223003122003222', 'mastercard'],
    ['378282246310005', 'amex'],
    ['6011111111111117', 'discover'],
    ['30569309025904', 'diners'],
    ['3566002020360505', 'jcb'],
    ['6200000000000005', 'unionpay'],
  ])('%s is a good %s', (number, brand) => {
    expect(judge(number)).toEqual({ brand, last4: number.slice(-4), refusalCode: null });
  });

  it.each([
    ['one digit is wrong', '4242424242424241'],
    ['two digits are swapped', '2442424242424242'],
    ['a Visa has 14 digits', '42424242424242'],
    ['a Visa has 15 digits', '424242424242424'],
    ['an Amex has 16 digits', '3782822463100003'],
    ['it has one digit', '0'],
    ['it is longer than any card', '00000000000000000000'],
  ])('is not correct when %s', (_, number) => {
    expect(judge(number).refusalCode).toBe('BILLING.INCORRECT_NUMBER');
  });

  it('of the wrong length is not correct even when its check digit is', () => {
    expect(passesLuhn('42424242424242')).toBe(true);
    expect(judge('42424242424242').refusalCode).toBe('BILLING.INCORRECT_NUMBER');
  });

  it('is good through its last month', () => {
    expect(judge('4242424242424242', 11, 2026).refusalCode).toBeNull();
    expect(judge('4242424242424242', 10, 2026).refusalCode).toBe('BILLING.EXPIRED_CARD');
  });

  it('leaves nothing of its number but the last four digits', () => {
    expect(JSON.stringify(judge('4242424242424242'))).not.toContain('42424');
  });
});
