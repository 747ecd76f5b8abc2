import * as fc from 'fast-check';
import {
  afterMove,
  paymentMoves,
  paymentStatuses,
  type PaymentMove,
  type PaymentStatus,
} from './payment-status.js';

const moves = Object.keys(paymentMoves) as PaymentMove[];
const run = (start: PaymentStatus, history: readonly PaymentMove[]) => history.reduce(afterMove, start);

describe('a payment', () => {
  it('is never anything else once it is refunded', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...moves)), (history) => {
        expect(run('refunded', history)).toBe('refunded');
      }),
    );
  });

  it('stays as it is when the same message comes twice', () => {
    fc.assert(
      fc.property(fc.constantFrom(...paymentStatuses), fc.constantFrom(...moves), (status, move) => {
        expect(afterMove(afterMove(status, move), move)).toBe(afterMove(status, move));
      }),
    );
  });

  it('never loses sight again of money that was taken', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...moves)), (history) => {
        expect(['charged', 'refunded']).toContain(run('charged', history));
      }),
    );
  });

  it('that was charged is not declined by a webhook that comes late', () => {
    expect(run('pending', ['confirmByWebhook', 'failByWebhook'])).toBe('charged');
  });

  it('is charged when the gateway answers so, whatever a webhook had said before', () => {
    expect(run('pending', ['failByWebhook', 'charge'])).toBe('charged');
  });
});
