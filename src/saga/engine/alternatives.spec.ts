import {
  breaks,
  findsNoTrace,
  hangs,
  isUnavailable,
  losesItsAnswer,
  rejects,
  Rehearsal,
  succeeds,
  toyDefinition,
  toyMessage,
  type ToyAlternative,
  type ToyStep,
} from '../testing/index.js';

const first: ToyStep = { name: 'first' };
const pay: ToyStep = { name: 'pay', kind: 'external' };
const payOtherwise: ToyStep = { name: 'pay-otherwise', kind: 'external' };
const last: ToyStep = { name: 'last', phase: 'pivot' };
const otherwise: ToyAlternative = { insteadOf: 'pay', steps: [payOtherwise] };

const rehearse = (
  steps: readonly ToyStep[] = [first, pay, last],
  alternatives: readonly ToyAlternative[] = [otherwise],
) => new Rehearsal(toyDefinition(steps, { alternatives }), { order: 1 }).otherwiseSucceeding();
const kinds = (saga: Rehearsal) => saga.journal.map(({ kind }) => kind);

describe('an alternative', () => {
  it('is taken in the place of a step that was rejected, and the saga goes on', () => {
    const saga = rehearse().when('pay', rejects('DECLINED')).run();

    expect(saga.told).toEqual(['first', 'pay', 'pay-otherwise', 'last']);
    expect(saga.row.status).toBe('completed');
    expect(saga.journal).toContainEqual(
      expect.objectContaining({ kind: 'diverted', step: 'pay', to: 'pay-otherwise', replaces: ['pay'] }),
    );
  });

  it('is passed by when its step succeeds', () => {
    const saga = rehearse().run();
    expect(saga.told).toEqual(['first', 'pay', 'last']);
    expect(saga.row).toMatchObject({ status: 'completed', currentStep: null });
  });

  it('is taken for the codes it names, exactly; for others the saga turns back', () => {
    const named = [{ ...otherwise, on: ['DECLINED'] }];
    const exact = rehearse(undefined, named).when('pay', rejects('DECLINED')).run();
    const similar = rehearse(undefined, named).when('pay', rejects('DECLINED_2')).run();

    expect(exact.row.status).toBe('completed');
    expect(similar.told).toEqual(['first', 'pay', 'tell undoing', 'undo first', 'tell undone']);
  });

  it('that names the code goes before one for any code', () => {
    const forAny = { insteadOf: 'pay', steps: [{ name: 'any' }] };
    const named = { ...otherwise, on: ['DECLINED'] };
    const taken = (code: string) =>
      rehearse(undefined, [forAny, named]).when('pay', rejects(code)).run().told[2];

    expect([taken('DECLINED'), taken('OTHER')]).toEqual(['pay-otherwise', 'any']);
  });

  it('may have one of its own, and at its end the saga turns back with the last error', () => {
    const third = { insteadOf: 'pay-otherwise', steps: [{ name: 'on-account' }] };
    const saga = rehearse(undefined, [otherwise, third])
      .when('pay', rejects('DECLINED'))
      .when('pay-otherwise', rejects('EXPIRED'))
      .when('on-account', rejects('NOT_KNOWN'))
      .run();

    expect(saga.state.cause).toMatchObject({ type: 'rejected', step: 'on-account', code: 'NOT_KNOWN' });
    expect(saga.told.slice(4)).toEqual(['tell undoing', 'undo first', 'tell undone']);
    expect(saga.row.status).toBe('compensated');
  });

  it('is undone like any other step, and not what it has replaced', () => {
    const saga = rehearse().when('pay', rejects('DECLINED')).when('last', rejects('FULL')).run();
    expect(saga.compensations.map(({ step }) => step)).toEqual(['pay-otherwise', 'first']);
  });

  it('is taken for a wait that was declined, or lasted too long', () => {
    const steps: ToyStep[] = [first, { name: 'approval', kind: 'wait', deadlineMs: 1_000 }, last];
    const another = { insteadOf: 'approval', steps: [{ name: 'lawyer', kind: 'wait' as const }] };
    const late = rehearse(steps, [another]).run().advance(1_000);
    const declined = rehearse(steps, [another]).run();
    const no = { code: 'DECLINED', message: 'No.' };
    declined.event(toyMessage('declined-approval'), no);

    for (const saga of [late, declined]) {
      expect(saga.row).toMatchObject({ status: 'waiting', currentStep: 'lawyer' });
      saga.event(toyMessage('came-lawyer'), {});
      expect(saga.row.status).toBe('completed');
    }
  });

  it('gives its last step’s result to those who read the result of the step in whose place it is', () => {
    const both = { insteadOf: 'pay', steps: [{ name: 'look-up' }, payOtherwise] };
    const map = ({ results }: { results: unknown }) => ({ seen: results });
    const saga = rehearse([first, pay, { ...last, map }], [both])
      .when('pay', rejects('DECLINED'))
      .when('pay-otherwise', succeeds({ receipt: 2 }))
      .run();

    expect(saga.calls.at(-1)!.input).toMatchObject({
      seen: { pay: { receipt: 2 }, 'pay-otherwise': { receipt: 2 } },
    });
  });

  it('of the pivot is the point of no return when it succeeds', () => {
    const ship: ToyStep = { name: 'ship', phase: 'pivot', kind: 'external', undo: true };
    const other = { insteadOf: 'ship', steps: [{ ...ship, name: 'ship-otherwise' }] };
    const after: ToyStep = { name: 'after', phase: 'retriable' };
    const saga = rehearse([first, ship, after], [other])
      .when('ship', rejects('FULL'))
      .when('after', hangs())
      .run();

    expect(saga.state.pivotPassed).toBe(true);
    expect(() => saga.cancel()).toThrow('point of no return');
    expect(saga.answer(succeeds()).row.status).toBe('completed');
  });

  it('is not taken when somebody has asked to cancel meanwhile', () => {
    const saga = rehearse().when('pay', hangs()).run().cancel().answer(rejects('DECLINED'));
    expect(kinds(saga)).not.toContain('diverted');
    expect(saga.row.status).toBe('compensated');
  });

  it('waits for a person like any step when its mapping throws', () => {
    const broken = { ...payOtherwise, map: () => ({}) as never };
    broken.map = () => {
      throw new Error('not mapped');
    };
    const saga = rehearse(undefined, [{ ...otherwise, steps: [broken] }]).when('pay', rejects('DECLINED'));
    expect(saga.run().row).toMatchObject({
      status: 'parked',
      attention: { step: 'pay-otherwise', errorCode: 'SAGA.MAPPING_FAILED' },
    });
  });
});

describe('an alternative to a step that fails without a no', () => {
  const final: ToyStep = { ...pay, retry: { maxAttempts: 2, whenExhausted: 'compensate' } };

  it('is taken when the attempts are used up, if that is declared to be final', () => {
    const saga = rehearse([first, final, last]).whenever('pay', isUnavailable()).finish();
    expect(saga.timesOf('pay')).toEqual([0, 1_000]);
    expect(saga.row.status).toBe('completed');
  });

  it('is taken at once for a code that it names', () => {
    const saga = rehearse(undefined, [{ ...otherwise, on: ['GONE'] }]).when('pay', isUnavailable('GONE'));
    expect(saga.run().told).toEqual(['first', 'pay', 'undo pay', 'pay-otherwise', 'last']);
  });

  it('is not taken while the attempts are not used up for a code that is declared to be retried', () => {
    const retried: ToyStep = { ...final, retry: { ...final.retry, reactions: { GONE: 'retry' } } };
    const named = [{ ...otherwise, on: ['GONE'] }];
    const saga = rehearse([first, retried, last], named).whenever('pay', isUnavailable('GONE')).finish();
    expect(saga.timesOf('pay')).toEqual([0, 1_000]);
    expect(saga.row.status).toBe('completed');
  });

  it('is not taken when they are used up and that parks', () => {
    const saga = rehearse().whenever('pay', isUnavailable()).finish();
    expect(saga.row).toMatchObject({ status: 'parked', currentStep: 'pay' });
  });
});

describe('what the failed step may have done', () => {
  it('is asked for before anything is taken in its place', () => {
    const one: ToyStep = { ...pay, retry: { maxAttempts: 1, whenExhausted: 'compensate' } };
    const done = rehearse([first, one, last]).when('pay', losesItsAnswer()).when('ask pay', succeeds()).run();
    expect(done.told).toEqual(['first', 'pay', 'ask pay', 'last']);
  });

  it('is undone first when the call was sent and left no trace: it may yet arrive', () => {
    const one: ToyStep = { ...pay, retry: { maxAttempts: 1, whenExhausted: 'compensate' } };
    const saga = rehearse([first, one, last])
      .when('pay', breaks('boom', true))
      .when('ask pay', findsNoTrace());
    expect(saga.run().told).toEqual(['first', 'pay', 'ask pay', 'undo pay', 'pay-otherwise', 'last']);
  });

  it('is undone first when an earlier attempt was sent and a later one was rejected', () => {
    const saga = rehearse()
      .when('pay', losesItsAnswer(), rejects('DECLINED'))
      .when('ask pay', findsNoTrace(), findsNoTrace())
      .finish();
    expect(saga.told.slice(-3)).toEqual(['undo pay', 'pay-otherwise', 'last']);
    expect(saga.row.status).toBe('completed');
  });
});
