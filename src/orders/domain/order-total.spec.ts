import { totalOf } from './order-total.js';

describe('the total of an order', () => {
  it('is the sum of its lines', () => {
    const lines = [
      { quantity: 2, unitAmount: 1999 },
      { quantity: 1, unitAmount: 1 },
    ];
    expect(totalOf(lines)).toBe(3999);
  });

  it('is exact up to 2^53 − 1 and none above', () => {
    expect(totalOf([{ quantity: 1, unitAmount: Number.MAX_SAFE_INTEGER }])).toBe(Number.MAX_SAFE_INTEGER);
    const over = [
      { quantity: 1, unitAmount: Number.MAX_SAFE_INTEGER },
      { quantity: 1, unitAmount: 1 },
    ];
    expect(totalOf(over)).toBeNull();
  });
});
