import {
  cannotSay,
  hangs,
  isUnavailable,
  losesItsAnswer,
  rejects,
  Rehearsal,
  toyDefinition,
  type ToyStep,
} from '../testing/index.js';

const rehearse = (...steps: ToyStep[]) => new Rehearsal(toyDefinition(steps), {}).otherwiseSucceeding();
const first: ToyStep = { name: 'first' };
const call: ToyStep = { name: 'call', kind: 'external' };

describe('the instance row', () => {
  it('of a running saga names the step under way, and the effects that stand', () => {
    expect(rehearse(first, call).row).toEqual({
      status: 'running',
      currentStep: 'first',
      heldFor: null,
      openEffects: 0,
      attention: null,
      runnable: true,
      wakeAt: null,
    });
    expect(rehearse(first, call).when('call', hangs()).run().row).toMatchObject({
      currentStep: 'call',
      openEffects: 1,
      runnable: true,
    });
  });

  it('of a saga that backs off says when it goes on, and why', () => {
    expect(rehearse(first).when('first', isUnavailable('BUSY')).run().row).toMatchObject({
      status: 'running',
      attention: { step: 'first', errorCode: 'BUSY' },
      runnable: false,
      wakeAt: '2026-01-01T00:00:01.000Z',
    });
  });

  it('of a call that may have been sent counts its effect as open', () => {
    const saga = rehearse(call).when('call', losesItsAnswer()).when('ask call', cannotSay()).run();
    expect(saga.row).toMatchObject({ openEffects: 1, attention: { step: 'call', errorCode: 'TIMEOUT' } });
  });

  it('of a saga that waits needs no worker, only the deadline', () => {
    const row = rehearse({ name: 'wait', kind: 'wait', deadlineMs: 5_000 }).run().row;
    expect(row).toMatchObject({ status: 'waiting', runnable: false, wakeAt: '2026-01-01T00:00:05.000Z' });
  });

  it('on the way back names the step being undone', () => {
    const saga = rehearse(first, { name: 'last' })
      .when('last', rejects('NO'))
      .when('undo first', hangs())
      .run();
    expect(saga.row).toMatchObject({ status: 'compensating', currentStep: 'first', openEffects: 1 });
  });

  it('is parked only when nothing else goes on by itself', () => {
    const saga = rehearse(first, { name: 'second', undoRetry: { maxAttempts: 1 } }, { name: 'last' })
      .when('last', rejects('NO'))
      .when('undo second', isUnavailable())
      .when('undo first', isUnavailable())
      .run();
    expect(saga.row).toMatchObject({ status: 'compensating', openEffects: 2, attention: { step: 'second' } });

    expect(saga.finish().row).toMatchObject({ status: 'parked', openEffects: 1, wakeAt: null });
  });

  it('of a completed saga has no open effect, also without a pivot', () => {
    expect(rehearse(first, call).run().row).toMatchObject({
      status: 'completed',
      openEffects: 0,
      currentStep: null,
    });
  });
});
