import { breaks, isUnavailable, rejects } from '../testing/index.js';
import { rehearse } from './order-fulfillment.rehearsal.js';

describe('after the pivot', () => {
  it.each([
    ['is unavailable', isUnavailable()],
    ['breaks', breaks()],
    ['is rejected', rejects('TOY.NO')],
  ])('nothing is undone when confirm-order %s: it is retried, parked, and goes on', (_, answer) => {
    const saga = rehearse(2)
      .when('confirm-order', ...Array<typeof answer>(5).fill(answer))
      .finish();

    expect(saga.row).toMatchObject({ status: 'parked', attention: { step: 'confirm-order' } });
    expect(saga.compensations).toEqual([]);
    expect(() => saga.cancel()).toThrow('point of no return');

    expect(saga.retry().row.status).toBe('completed');
    expect(saga.compensations).toEqual([]);
  });
});
