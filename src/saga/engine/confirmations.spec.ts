import {
  acceptsForLater,
  cannotSay,
  findsNoTrace,
  hangs,
  killsTheWorker,
  losesItsAnswer,
  Rehearsal,
  rejects,
  succeeds,
  toyDefinition,
  type ToyOptions,
  type ToyStep,
} from '../testing/index.js';
import { resolveBudget } from './failures.js';

const hour = 3_600_000;
const day = 24 * hour;
const overdue = { then: 'turn-back', code: 'TOY.OVERDUE', message: 'It took too long.' } as const;
const bank: ToyStep = {
  name: 'bank',
  kind: 'external',
  confirmed: { withinMs: day, askEveryMs: hour, overdue },
};
const first: ToyStep = { name: 'first' };
const last: ToyStep = { name: 'last' };

const rehearse = (steps: readonly ToyStep[] = [first, bank, last], options: ToyOptions = {}) =>
  new Rehearsal(toyDefinition(steps, options), { order: 1 }).otherwiseSucceeding();
const waiting = (steps?: readonly ToyStep[], options?: ToyOptions) =>
  rehearse(steps, options).when('bank', acceptsForLater()).run();
const undoneSteps = (saga: Rehearsal) => saga.compensations.map(({ step }) => step);
const kinds = (saga: Rehearsal) => saga.journal.map(({ kind }) => kind);
const unit = (saga: Rehearsal) => saga.state.steps.find(({ name }) => name === 'bank')!.action!;

describe('a step whose other side has yet to decide', () => {
  it('waits: it is no failure, its effect is open, and it is asked only now and then', () => {
    const saga = waiting().whenever('ask bank', acceptsForLater());

    expect(saga.row).toMatchObject({
      status: 'waiting',
      currentStep: 'bank',
      openEffects: 2,
      attention: null,
      runnable: false,
      wakeAt: '2026-01-01T01:00:00.000Z',
    });
    saga.advance(10 * hour);
    expect(saga.timesOf('ask bank')).toHaveLength(10);
    expect(saga.row).toMatchObject({ status: 'waiting', attention: null });
    expect(unit(saga)).toMatchObject({ attempts: 1, failures: 0, resolves: 0, error: null });
  });

  it('goes on with what it is told when a notice lets it ask', () => {
    const saga = waiting().when('ask bank', succeeds({ paid: true }));
    saga.advance(5_000).notice('bank');

    expect(saga.told).toEqual(['first', 'bank', 'ask bank', 'last']);
    expect(saga.timesOf('ask bank')).toEqual([5_000]);
    expect(unit(saga)).toMatchObject({ status: 'succeeded', result: { paid: true }, attempts: 1 });
  });

  it('turns back when it is told no', () => {
    const saga = waiting().when('ask bank', rejects('TOY.NO')).notice('bank');
    expect(saga.state.cause).toMatchObject({ type: 'rejected', code: 'TOY.NO' });
    expect(saga.row.status).toBe('compensated');
  });

  it('is known also when the answer that said so was lost', () => {
    const saga = rehearse()
      .when('bank', losesItsAnswer())
      .when('ask bank', acceptsForLater(), succeeds())
      .run();

    expect(saga.row).toMatchObject({ status: 'waiting', attention: null });
    saga.notice('bank');
    expect(unit(saga)).toMatchObject({ status: 'succeeded', attempts: 1 });
  });

  it('is carried out again when the other side has no trace of it after all', () => {
    const saga = waiting().when('ask bank', findsNoTrace(), findsNoTrace()).notice('bank').advance(1_000);
    expect(saga.timesOf('bank')).toEqual([0, 1_000]);
    expect(saga.row.status).toBe('completed');
  });

  it('is asked for like a lost answer when the definition allows no time', () => {
    const saga = rehearse([{ name: 'bank', kind: 'external' }])
      .when('bank', acceptsForLater())
      .whenever('ask bank', acceptsForLater());

    expect(saga.finish().row.status).toBe('parked');
    expect(saga.timesOf('ask bank')).toHaveLength(resolveBudget);
  });
});

describe('a notice', () => {
  it('that comes during the call is remembered: it is asked at once, whatever the call says', () => {
    const saga = rehearse().when('bank', hangs()).when('ask bank', succeeds()).run();
    saga.notice('bank').answer(acceptsForLater());

    expect(saga.timesOf('ask bank')).toEqual([0]);
    expect(saga.row.status).toBe('completed');
  });

  it('that comes during the asking lets it ask again', () => {
    const saga = waiting().when('ask bank', hangs(), succeeds()).notice('bank');
    saga.notice('bank').answer(acceptsForLater());

    expect(saga.timesOf('ask bank')).toHaveLength(2);
    expect(saga.row.status).toBe('completed');
  });

  it('that the answer contradicts is believed for half a minute', () => {
    const saga = waiting().whenever('ask bank', acceptsForLater()).advance(60_000).notice('bank');
    saga.advance(60_000);
    const after = saga.timesOf('ask bank').map((time) => (time - 60_000) / 1_000);
    expect(after).toEqual([0, 0, 1, 3, 7, 15, 31]);
    expect(saga.row).toMatchObject({ status: 'waiting', attention: null });

    saga.when('ask bank', acceptsForLater(), succeeds()).notice('bank');
    expect(saga.row.status).toBe('completed');
  });

  it('that comes twice, or for what is over, or for nothing that is known, changes nothing', () => {
    const saga = rehearse().when('bank', hangs()).run().notice('bank');
    const { length } = saga.journal;
    expect(saga.notice('bank').notice('first').journal).toHaveLength(length);
    expect(saga.stimulate({ kind: 'notice', reference: 'of somebody else', by: 'it' }).journal).toHaveLength(
      length,
    );

    saga.answer(succeeds()).run();
    const ended = saga.journal.length;
    expect(saga.notice('bank').journal).toHaveLength(ended);
  });

  it('gives no budget back: what was asked for too often is asked once more', () => {
    const saga = rehearse().when('bank', losesItsAnswer()).whenever('ask bank', cannotSay()).finish();
    expect(saga.row.status).toBe('parked');

    saga.notice('bank');
    expect(saga.timesOf('ask bank')).toHaveLength(resolveBudget + 1);
    expect(saga.row.status).toBe('parked');
    expect(saga.whenever('ask bank', succeeds()).notice('bank').row.status).toBe('completed');
  });

  it('does not let what is over lost workers be tried any sooner', () => {
    const saga = waiting().when('ask bank', killsTheWorker(), killsTheWorker()).advance(hour);
    const { notBefore } = unit(saga);
    expect(notBefore).not.toBeNull();
    expect(unit(saga.notice('bank'))).toMatchObject({ suspect: true, notBefore });
  });
});

describe('the time that the other side has', () => {
  it('counts from its first answer, and ends with a last question', () => {
    const saga = waiting().whenever('ask bank', acceptsForLater()).finish();

    expect(saga.timesOf('ask bank').at(-1)).toBe(day);
    expect(saga.state.cause).toMatchObject({ type: 'deadline', step: 'bank', code: 'TOY.OVERDUE' });
    expect(undoneSteps(saga)).toEqual(['bank', 'first']);
  });

  it('is not up before the last question is answered', () => {
    const saga = waiting()
      .whenever('ask bank', acceptsForLater())
      .advance(day - 1);
    saga.whenever('ask bank', cannotSay()).advance(1_000);
    expect(saga.state.cause).toBeNull();

    saga.whenever('ask bank', succeeds()).finish();
    expect(saga.row.status).toBe('completed');
  });

  it('lets an outage pass, asking ever more rarely, and is nobody’s business before it is up', () => {
    const saga = waiting()
      .whenever('ask bank', cannotSay())
      .advance(day - 1);

    expect(saga.row).toMatchObject({ status: 'waiting', attention: { errorCode: 'TIMEOUT' } });
    expect(saga.timesOf('ask bank').length).toBeGreaterThan(resolveBudget);
    expect(saga.timesOf('ask bank').length).toBeLessThan(40);
    expect(saga.finish().row.status).toBe('parked');
  });

  it('leads to the alternative of the step, once what is still open of it is undone', () => {
    const instead = { insteadOf: 'bank', steps: [{ name: 'invoice' }] };
    const saga = waiting([first, bank, last], { alternatives: [instead] })
      .whenever('ask bank', acceptsForLater())
      .finish();

    expect(undoneSteps(saga)).toEqual(['bank']);
    expect(saga.told.slice(-3)).toEqual(['undo bank', 'invoice', 'last']);
    expect(saga.row.status).toBe('completed');
  });

  it('parks instead when the definition says so; a notice then still leads on', () => {
    const parks = { ...bank.confirmed!, overdue: { ...overdue, then: 'park' as const } };
    const saga = waiting([first, { ...bank, confirmed: parks }, last])
      .whenever('ask bank', acceptsForLater())
      .finish();

    expect(saga.row).toMatchObject({ status: 'parked', attention: { errorCode: 'TOY.OVERDUE' } });
    expect(saga.retry().row.status).toBe('parked');
    saga.whenever('ask bank', succeeds()).notice('bank');
    expect(saga.row.status).toBe('completed');
  });
});

describe('an outage of its dependency while the other side decides', () => {
  const held = (saga: Rehearsal) =>
    saga.stimulate({
      kind: 'held',
      unit: { role: 'action', name: 'bank' },
      dependency: 'bank',
      error: { name: 'RetryableError', code: 'BANK.DOWN', message: 'Down.', stack: null, chain: [] },
      made: false,
    });

  it('takes none of its time and gives nothing up: it is asked again when the other side is back', () => {
    const saga = held(
      waiting()
        .whenever('ask bank', acceptsForLater())
        .advance(day - 1),
    ).advance(1_000);
    expect(saga.state.cause).toBeNull();
    expect(unit(saga)).toMatchObject({ status: 'accepted', confirmBy: '2026-01-02T00:00:00.000Z' });

    saga.stimulate({ kind: 'released' });
    expect(saga.state.cause?.code).toBe('TOY.OVERDUE');
  });

  it('ends for it when a notice comes', () => {
    const saga = held(waiting()).whenever('ask bank', succeeds()).notice('bank');
    expect(saga.row.status).toBe('completed');
  });
});

describe('a person', () => {
  const supervisor = { by: 'supervisor', reason: 'had enough' };

  it('does not decide in the place of the other side while it may still do so', () => {
    const saga = waiting();
    expect(() => saga.stimulate({ kind: 'skip', ...supervisor, result: {}, step: null })).toThrow('yet to');
    expect(() => saga.stimulate({ kind: 'terminate', ...supervisor })).toThrow('yet to');
  });

  it('may let it be asked now', () => {
    const saga = waiting().when('ask bank', succeeds()).advance(5_000).retry();
    expect(saga.timesOf('ask bank')).toEqual([5_000]);
    expect(saga.row.status).toBe('completed');
  });
});

describe('a cancel while the other side decides', () => {
  it('asks at once, and undoes what is still open', () => {
    const saga = waiting().when('ask bank', acceptsForLater()).advance(5_000).cancel();

    expect(saga.timesOf('ask bank')).toEqual([5_000]);
    expect(unit(saga).status).toBe('withdrawn');
    expect(undoneSteps(saga)).toEqual(['bank', 'first']);
    expect(saga.state.cause?.type).toBe('cancelled');
  });

  it('undoes what it learns was done', () => {
    const saga = waiting().when('ask bank', succeeds()).cancel();
    expect(undoneSteps(saga)).toEqual(['bank', 'first']);
    expect(saga.told).not.toContain('last');
  });

  it('comes too late when it learns that the pivot is passed', () => {
    const pivot: ToyStep = { ...bank, phase: 'pivot', undo: true };
    const after: ToyStep = { name: 'after', phase: 'retriable' };
    const saga = waiting([first, pivot, after]).when('ask bank', succeeds()).cancel();

    expect(kinds(saga)).toContain('cancel-lapsed');
    expect(saga.row.status).toBe('completed');
  });

  it('withdraws a pivot that is still open', () => {
    const pivot: ToyStep = { ...bank, phase: 'pivot', undo: true };
    const saga = waiting([first, pivot]).when('ask bank', acceptsForLater()).cancel();
    expect(undoneSteps(saga)).toEqual(['bank', 'first']);
  });

  it('waits when the question is not answered', () => {
    const saga = waiting().when('ask bank', cannotSay(), acceptsForLater()).cancel();
    expect(saga.state.cause).toBeNull();
    expect(undoneSteps(saga.advance(1_000))).toEqual(['bank', 'first']);
  });

  it('is also what the saga’s own deadline does', () => {
    const saga = waiting(undefined, { deadlineMs: 60_000 }).when('ask bank', acceptsForLater()).finish();
    expect(saga.timesOf('ask bank')).toEqual([60_000]);
    expect(saga.state.cause?.type).toBe('deadline');
    expect(undoneSteps(saga)).toEqual(['bank', 'first']);
  });
});
