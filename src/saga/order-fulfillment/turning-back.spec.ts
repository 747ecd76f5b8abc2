import { OrderApproved, OrderDeclined } from '../../orders/contracts/order-events.js';
import {
  cannotSay,
  findsNoTrace,
  hangs,
  isUnavailable,
  losesItsAnswer,
  rejects,
  succeeds,
  type Rehearsal,
} from '../testing/index.js';
import { reviewDeadlineMs } from './shared-steps.js';
import { largeOrder, orderId, rehearse } from './order-fulfillment.rehearsal.js';

const undoneSteps = (saga: Rehearsal) => saga.compensations.map(({ step }) => step);
const day = 24 * 60 * 60 * 1_000;

describe('a cancel', () => {
  it('while the saga waits ends the wait and undoes at once', () => {
    const saga = rehearse(2, largeOrder).run();
    expect(saga.row).toMatchObject({ status: 'waiting', currentStep: 'review-order', runnable: false });

    saga.cancel();
    expect(saga.row.status).toBe('compensated');
    expect(saga.told).toEqual(['validate-order', 'tell undoing', 'tell undone']);
    expect(saga.state.cause).toMatchObject({
      type: 'cancelled',
      step: 'review-order',
      index: 1,
      code: 'ORDERS.CANCELLED_BY_CUSTOMER',
    });
  });

  it('before a local step has run withdraws it', () => {
    const saga = rehearse(2);
    expect(saga.told).toEqual([]);

    saga.cancel();
    expect(saga.row.status).toBe('compensated');
    expect(saga.told).toEqual(['tell undoing', 'tell undone']);
    expect(saga.state.steps[0]?.action?.status).toBe('withdrawn');
  });

  it('during a call waits for its answer, then undoes the call too', () => {
    const saga = rehearse(2).when('charge-payment', hangs()).run().cancel();
    expect(saga.row.status).toBe('running');

    saga.answer(succeeds());
    expect(saga.row.status).toBe('compensated');
    expect(undoneSteps(saga)).toEqual(['charge-payment', 'reserve-inventory']);
    expect(saga.state.cause).toMatchObject({ type: 'cancelled', step: 'charge-payment' });
    expect(saga.told).not.toContain('commit-inventory');
  });

  it('during a call that is then rejected undoes what was before it', () => {
    const saga = rehearse(2).when('charge-payment', hangs()).run().cancel();

    saga.answer(rejects('BILLING.CARD_DECLINED'));
    expect(undoneSteps(saga)).toEqual(['reserve-inventory']);
    expect(saga.state.cause).toMatchObject({ type: 'rejected', code: 'BILLING.CARD_DECLINED' });
  });

  it('during a call that surely failed turns back without repeating it, and settles what it has begun', () => {
    const saga = rehearse(2).when('charge-payment', hangs()).run().cancel().answer(isUnavailable());

    expect(undoneSteps(saga)).toEqual(['charge-payment', 'reserve-inventory']);
    expect(saga.timesOf('charge-payment')).toHaveLength(1);
  });

  it.each([
    ['found', succeeds(), ['charge-payment', 'reserve-inventory']],
    ['not found', findsNoTrace(), ['charge-payment', 'reserve-inventory']],
  ])('while an outcome is unknown waits until it is %s', (_, found, undone) => {
    const saga = rehearse(2)
      .when('charge-payment', losesItsAnswer())
      .when('ask charge-payment', cannotSay(), found)
      .run()
      .cancel();
    expect(saga.row.status).toBe('running');

    saga.finish().assertAllUsed();
    expect(saga.row.status).toBe('compensated');
    expect(undoneSteps(saga)).toEqual(undone);
  });

  it('at the pivot in flight lapses when the pivot succeeds', () => {
    const saga = rehearse(2).when('arrange-shipping', hangs()).run().cancel().answer(succeeds());

    expect(saga.row.status).toBe('completed');
    expect(saga.compensations).toEqual([]);
    expect(saga.journal.map(({ kind }) => kind)).toContain('cancel-lapsed');
  });

  it('at the pivot in flight undoes everything when the pivot is rejected', () => {
    const saga = rehearse(2).when('arrange-shipping', hangs()).run().cancel();

    saga.answer(rejects('SHIPPING.UNDELIVERABLE'));
    expect(saga.row.status).toBe('compensated');
    expect(undoneSteps(saga)).toEqual(['commit-inventory', 'charge-payment', 'reserve-inventory']);
  });

  it('of a pivot whose attempt broke asks for it first, and lapses when it was done', () => {
    const saga = rehearse(2)
      .when('arrange-shipping', { does: 'fail', code: null, message: 'boom', sent: true, retryAfterMs: null })
      .when('ask arrange-shipping', cannotSay(), succeeds())
      .run()
      .cancel();
    expect(saga.compensations).toEqual([]);

    saga.finish();
    expect(saga.row.status).toBe('completed');
    expect(saga.compensations).toEqual([]);
  });

  it('is refused after the pivot and after the end, and changes nothing the second time', () => {
    const late = rehearse(2).when('confirm-order', isUnavailable()).run();
    expect(() => late.cancel()).toThrow('point of no return');
    expect(() => late.finish().cancel()).toThrow('point of no return');

    const cancelled = rehearse(2).when('charge-payment', hangs()).run().cancel();
    const { length } = cancelled.journal;
    expect(cancelled.cancel().journal).toHaveLength(length);
  });

  it('can not stop an undo', () => {
    const saga = rehearse(2)
      .when('arrange-shipping', rejects('SHIPPING.UNDELIVERABLE'))
      .when('undo charge-payment', hangs())
      .run();
    const { length } = saga.journal;

    expect(saga.cancel().journal).toHaveLength(length);
    expect(saga.answer(succeeds()).row.status).toBe('compensated');
  });
});

describe('a compensation that fails', () => {
  const failing = (...answers: Parameters<Rehearsal['when']>[1][]) =>
    rehearse(2)
      .when('arrange-shipping', rejects('SHIPPING.UNDELIVERABLE'))
      .when('undo charge-payment', ...answers);

  it('backs off while the independent ones go on, and is done later', () => {
    const saga = failing(isUnavailable(), isUnavailable()).run();

    expect(undoneSteps(saga)).toEqual(['commit-inventory', 'reserve-inventory']);
    expect(saga.row).toMatchObject({
      status: 'compensating',
      openEffects: 1,
      attention: { step: 'charge-payment', errorCode: 'UNAVAILABLE' },
    });
    expect(saga.told).not.toContain('tell undone');

    saga.finish();
    expect(saga.timesOf('undo charge-payment')).toEqual([0, 1_000, 3_000]);
    expect(saga.row).toMatchObject({ status: 'compensated', openEffects: 0, attention: null });
  });

  it('holds up those that were declared to come after it', () => {
    const saga = rehearse(2)
      .when('arrange-shipping', rejects('SHIPPING.UNDELIVERABLE'))
      .when('undo commit-inventory', isUnavailable())
      .run();

    expect(undoneSteps(saga)).toEqual(['charge-payment']);
    expect(undoneSteps(saga.finish())).toEqual(['charge-payment', 'commit-inventory', 'reserve-inventory']);
  });

  it('is parked when its attempts are used up; the saga is not at its end, and a retry finishes it', () => {
    const saga = failing(...Array<ReturnType<typeof isUnavailable>>(10).fill(isUnavailable())).finish();

    expect(saga.timesOf('undo charge-payment')).toHaveLength(10);
    expect(saga.row).toMatchObject({ status: 'parked', openEffects: 1, wakeAt: null });
    expect(saga.state.end).toBeNull();

    expect(saga.retry().row).toMatchObject({ status: 'compensated', openEffects: 0 });
    expect(saga.state.cause?.code).toBe('SHIPPING.UNDELIVERABLE');
  });

  it('may not say no: that is a failure like any other', () => {
    const saga = failing(rejects('BILLING.NO')).finish();

    expect(saga.row.status).toBe('compensated');
    expect(saga.timesOf('undo charge-payment')).toEqual([0, 1_000]);
  });

  it('is asked for when its answer is lost', () => {
    const saga = failing(losesItsAnswer())
      .when('ask undo charge-payment', succeeds({ amount: 2_500 }))
      .run();

    expect(saga.timesOf('undo charge-payment')).toHaveLength(1);
    expect(saga.compensations.find(({ step }) => step === 'charge-payment')?.result).toEqual({
      amount: 2_500,
    });
  });

  it('keeps the closing waiting when it is the closing itself that fails', () => {
    const saga = rehearse(2)
      .when('charge-payment', rejects('BILLING.CARD_DECLINED'))
      .when('tell undone', isUnavailable())
      .run();

    expect(saga.row).toMatchObject({ status: 'compensating', openEffects: 0 });
    expect(saga.finish().row.status).toBe('compensated');
  });
});

describe('the review of a large order', () => {
  it('goes on when somebody approves', () => {
    const saga = rehearse(2, largeOrder).run().advance(day).event(OrderApproved, { orderId, by: 'ops' });

    expect(saga.row.status).toBe('completed');
  });

  it('turns back with the reason when somebody declines', () => {
    const saga = rehearse(2, largeOrder).run();
    saga.event(OrderDeclined, { subject: orderId, code: 'ORDERS.DECLINED', message: 'No.', details: null });

    expect(saga.row.status).toBe('compensated');
    expect(saga.state.cause).toMatchObject({
      type: 'rejected',
      step: 'review-order',
      code: 'ORDERS.DECLINED',
    });
  });

  it('turns back when nobody decides in time, and not before', () => {
    const saga = rehearse(2, largeOrder).run();
    expect(saga.advance(reviewDeadlineMs - 1).row.status).toBe('waiting');

    saga.advance(1);
    expect(saga.row.status).toBe('compensated');
    expect(saga.state.cause).toMatchObject({ step: 'review-order', code: 'ORDERS.REVIEW_TIMED_OUT' });
  });

  it('takes exactly one branch: a decision after the deadline or a second one changes nothing', () => {
    const approve = (saga: Rehearsal) => saga.event(OrderApproved, { orderId, by: 'ops' });
    const late = rehearse(2, largeOrder).run().advance(reviewDeadlineMs);
    const twice = approve(rehearse(2, largeOrder).run());

    for (const saga of [late, twice]) {
      const { status } = saga.row;
      expect(approve(saga).heard.at(-1)).toMatchObject({ as: 'ignored' });
      expect(saga.row.status).toBe(status);
    }
    expect([late.row.status, twice.row.status]).toEqual(['compensated', 'completed']);
  });
});
