import {
  hangs,
  isUnavailable,
  rejects,
  Rehearsal,
  succeeds,
  toyDefinition,
  toyMessage,
  type ToyOptions,
  type ToyStep,
} from '../testing/index.js';

const rehearse = (steps: readonly ToyStep[], options: ToyOptions = {}) =>
  new Rehearsal(toyDefinition(steps, options), { order: 1 }).otherwiseSucceeding();
const local: ToyStep = { name: 'local' };
const external: ToyStep = { name: 'external', kind: 'external' };
const last: ToyStep = { name: 'last' };
const undoneSteps = (saga: Rehearsal) => saga.compensations.map(({ step }) => step);
const kinds = (saga: Rehearsal) => saga.journal.map(({ kind }) => kind);
const lateError = { name: 'Error', code: null, message: 'late', stack: null, chain: [] };
const action = (name: string) => ({ role: 'action' as const, name });

describe('a late or repeated outcome', () => {
  const again = {
    kind: 'outcome',
    unit: action('local'),
    event: 'did-local',
    result: { again: true },
  } as const;

  it('of something that has ended changes nothing', () => {
    const saga = rehearse([local, external]).when('external', hangs()).run();
    const { length } = saga.journal;

    saga.stimulate(again).stimulate({ kind: 'rejection', unit: action('local'), error: lateError });
    saga.stimulate({ kind: 'unknown', unit: action('local'), error: lateError });
    saga.stimulate({ kind: 'absent', unit: action('local'), mayRepeat: true });
    expect(saga.journal).toHaveLength(length);
  });

  it('of something that was withdrawn, or never was, changes nothing', () => {
    const saga = rehearse([local]).when('local', isUnavailable()).run().cancel();
    const { length } = saga.journal;

    expect(saga.stimulate(again).journal).toHaveLength(length);
    expect(saga.stimulate({ ...again, unit: action('nowhere') }).journal).toHaveLength(length);
  });
});

describe('an operator', () => {
  it('retries also what is only backing off', () => {
    const saga = rehearse([local]).when('local', isUnavailable()).run().retry();
    expect(saga.timesOf('local')).toEqual([0, 0]);
  });

  it('gets a whole new budget with a retry', () => {
    const saga = rehearse([local]).whenever('local', isUnavailable()).finish().retry().finish();
    expect(saga.timesOf('local')).toHaveLength(10);
  });

  it('is refused when nothing is stuck, or all is over', () => {
    const running = rehearse([external]).when('external', hangs()).run();
    expect(() => running.retry()).toThrow('Nothing of this saga is parked');
    expect(() => running.answer(succeeds()).retry()).toThrow('The saga has ended: completed');
  });

  it('pauses: nothing begins, an answer is still taken, and resuming goes on', () => {
    const saga = rehearse([external, last]).when('external', hangs()).run();
    saga.stimulate({ kind: 'pause', by: 'operator', reason: 'look' });
    saga.answer(succeeds()).advance(1_000);
    expect(saga.row).toMatchObject({ status: 'paused', runnable: false, wakeAt: null });
    expect(saga.told).toEqual(['external']);

    saga.stimulate({ kind: 'resume', by: 'operator', reason: 'looked' });
    expect(saga.row.status).toBe('completed');
  });

  it('can neither pause twice nor resume what is not paused', () => {
    const saga = rehearse([external]).when('external', hangs()).run();
    const pause = { kind: 'pause', by: 'operator', reason: 'look' } as const;

    expect(() => saga.stimulate({ ...pause, kind: 'resume' })).toThrow('not paused');
    expect(() => saga.stimulate(pause).stimulate(pause)).toThrow('paused already');
  });
});

describe('the saga’s deadline', () => {
  const steps = [local, { name: 'wait', kind: 'wait' as const, deadlineMs: 900_000 }];

  it('turns back as a failure of its own, at its time', () => {
    const saga = rehearse(steps, { deadlineMs: 60_000 }).run();
    expect(saga.row.wakeAt).toBe('2026-01-01T00:01:00.000Z');

    saga.finish();
    expect(saga.state.cause).toMatchObject({ type: 'deadline', step: 'wait', code: 'SAGA.DEADLINE' });
    expect(undoneSteps(saga)).toEqual(['local']);
    expect(saga.now).toBe('2026-01-01T00:01:00.000Z');
  });

  it('lets a call end first, and is not outrun by a saga that never rests', () => {
    const saga = rehearse([external, last], { deadlineMs: 60_000 }).when('external', hangs()).run();
    saga.advance(60_000).answer(succeeds());

    expect(saga.told).not.toContain('last');
    expect(undoneSteps(saga)).toEqual(['external']);
  });

  it('is over once the pivot is passed', () => {
    const pivot: ToyStep = { name: 'pivot', phase: 'pivot' };
    const saga = rehearse([pivot, { name: 'after', phase: 'retriable' }], { deadlineMs: 1_000 })
      .when('after', isUnavailable(), isUnavailable())
      .finish();

    expect(saga.row.status).toBe('completed');
  });

  it('does not act while the saga is paused', () => {
    const saga = rehearse(steps, { deadlineMs: 60_000 }).run();
    saga.stimulate({ kind: 'pause', by: 'operator', reason: 'look' }).advance(120_000);
    const { length } = saga.journal;
    expect(saga.stimulate({ kind: 'tick' }).journal).toHaveLength(length);

    saga.stimulate({ kind: 'resume', by: 'operator', reason: 'looked' });
    expect(saga.row.status).toBe('compensated');
  });
});

describe('a rejection after the pivot', () => {
  it('is a failure like any other, whatever the definition says', () => {
    const saga = rehearse([
      { name: 'pivot', phase: 'pivot' },
      { name: 'after', phase: 'retriable', rejects: true },
    ]).when('after', rejects('TOY.NO'));

    expect(saga.finish().row.status).toBe('completed');
    expect(saga.timesOf('after')).toEqual([0, 1_000]);
  });
});

describe('a wait that is the pivot', () => {
  it('is the point of no return when its event comes', () => {
    const saga = rehearse([
      local,
      { name: 'wait', kind: 'wait', phase: 'pivot' },
      { name: 'after', phase: 'retriable' },
    ]).when('after', isUnavailable());
    saga.run().event(toyMessage('came-wait'), {});

    expect(saga.state.pivotPassed).toBe(true);
    expect(() => saga.cancel()).toThrow('point of no return');
    expect(saga.finish().row.status).toBe('completed');
    expect(kinds(saga)).not.toContain('turned-back');
  });
});
