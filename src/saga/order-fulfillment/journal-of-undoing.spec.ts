import { rejects, type Rehearsal } from '../testing/index.js';
import { orderId, rehearse } from './order-fulfillment.rehearsal.js';

const succeededUnits = (saga: Rehearsal) =>
  saga.journal.flatMap((entry) =>
    entry.kind === 'succeeded' ? [`${entry.unit.role} ${entry.unit.name}`] : [],
  );

describe('the journal of a saga that turns back', () => {
  it('keeps the inputs of the compensations as they were stored with their actions', () => {
    const saga = rehearse(2).when('arrange-shipping', rejects('SHIPPING.UNDELIVERABLE')).run();

    const charge = saga.calls.find(({ label }) => label === 'charge-payment');
    const stored = saga.journal.flatMap((entry) =>
      entry.kind === 'succeeded' && entry.undo ? [{ step: entry.unit.name, input: entry.undo.input }] : [],
    );
    expect(saga.compensations.map(({ step, input }) => ({ step, input }))).toEqual(stored.reverse());
    expect(saga.compensations.find(({ step }) => step === 'charge-payment')?.input).toEqual({
      paymentId: charge?.reference,
      orderId,
    });
  });

  it('tells the business before the first compensation and after the last', () => {
    const saga = rehearse(2).when('charge-payment', rejects('BILLING.CARD_DECLINED')).run();

    expect(succeededUnits(saga).slice(-3)).toEqual([
      'closing undoing',
      'compensation reserve-inventory',
      'closing undone',
    ]);
  });
});
