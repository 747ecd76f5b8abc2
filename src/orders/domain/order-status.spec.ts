import { isFinal, isSettled, ORDER_STATUSES, statusesBefore } from './order-status.js';

describe('the state machine of an order', () => {
  it.each([
    ['pending', []],
    ['confirmed', ['pending']],
    ['shipped', ['confirmed']],
    ['delivered', ['shipped']],
    ['rejected', ['pending']],
    ['cancelling', ['pending']],
    ['cancelled', ['cancelling']],
  ] as const)('reaches %s only from %j', (to, from) => {
    expect(statusesBefore(to)).toEqual(from);
  });

  it('ends in rejected, cancelled or delivered', () => {
    expect(ORDER_STATUSES.filter(isFinal)).toEqual(['delivered', 'rejected', 'cancelled']);
  });

  it('leaves who waits for an order waiting only while it is pending or cancelling', () => {
    expect(ORDER_STATUSES.filter((status) => !isSettled(status))).toEqual(['pending', 'cancelling']);
  });
});
