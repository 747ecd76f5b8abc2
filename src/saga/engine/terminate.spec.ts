import {
  cannotSay,
  hangs,
  isUnavailable,
  losesItsAnswer,
  Rehearsal,
  rejects,
  succeeds,
  toyDefinition,
} from '../testing/index.js';
import type { ToyStep } from '../testing/index.js';
import { StimulusRefused, type Termination } from './stimulus.js';

const once = { maxAttempts: 1 };
const book: ToyStep = { name: 'book' };
const pay: ToyStep = { name: 'pay', kind: 'external', retry: once, undoRetry: once };
const ship: ToyStep = { name: 'ship', kind: 'external', phase: 'pivot', undo: true, retry: once };
const end: ToyStep = { name: 'end', phase: 'retriable', retry: once };
const rehearse = (...steps: ToyStep[]) => new Rehearsal(toyDefinition(steps), {}).otherwiseSucceeding();

const terminate = (more: Partial<Termination> = {}): Termination => ({
  kind: 'terminate',
  by: 'sue',
  reason: 'settled in court',
  ...more,
});
/** The code with which the decider refuses. */
function refusal(ask: () => unknown): string {
  try {
    ask();
  } catch (error) {
    if (error instanceof StimulusRefused) return error.code;
    throw error;
  }
  return 'not refused';
}
const abandoned = ({ state }: Rehearsal) =>
  state.steps.flatMap(({ name, abandoned: left }) => (left ? [[name, left.by, left.reason]] : []));

describe('a termination', () => {
  it('leaves open effects as they are, by name, tells the business, and ends', () => {
    const saga = rehearse(book, pay, ship).when('ship', isUnavailable()).run();

    saga.stimulate(terminate());

    expect(abandoned(saga)).toEqual([
      ['book', 'sue', 'settled in court'],
      ['pay', 'sue', 'settled in court'],
      ['ship', 'sue', 'settled in court'],
    ]);
    expect(saga.told).toEqual(['book', 'pay', 'ship', 'tell undoing', 'tell undone']);
    expect(saga.calls.at(-1)?.input).toEqual({ code: 'SAGA.TERMINATED' });
    expect(saga.row).toMatchObject({ status: 'terminated', openEffects: 0 });
    expect(saga.state.cause).toMatchObject({
      type: 'terminated',
      step: 'ship',
      message: 'It was ended by our staff.',
    });
    expect(saga.report.cause).toMatchObject({
      message: 'settled in court',
      chain: ['Error: Try again later.'],
    });
  });

  it('takes the place of an undo that does not get on, and keeps what went wrong first in its chain', () => {
    const saga = rehearse(book, pay, ship).when('ship', rejects('NO', 'No such street.'));
    saga.when('undo pay', isUnavailable()).run();
    expect(saga.row.status).toBe('parked');

    saga.stimulate(terminate());

    expect(saga.row.status).toBe('terminated');
    expect(abandoned(saga)).toMatchObject([['pay', 'sue', 'settled in court']]);
    expect(saga.compensations).toMatchObject([{ step: 'book' }]);
    expect(saga.report.cause?.chain[0]).toContain('No such street.');
    expect(saga.report.steps[1]?.compensation?.status).toBe('abandoned');
  });

  it('is possible after the pivot too, and names what cannot be undone', () => {
    const saga = rehearse(book, ship, end).when('end', isUnavailable()).run();
    expect(saga.state.pivotPassed).toBe(true);

    expect(saga.stimulate(terminate()).row.status).toBe('terminated');
    expect(abandoned(saga).map(([name]) => name)).toEqual(['book', 'ship']);
  });

  it('ends a wait, and lifts a pause', () => {
    const saga = rehearse(book, { name: 'wait', kind: 'wait' }).run();
    saga.stimulate({ kind: 'pause', by: 'sue', reason: 'first things first' });

    expect(saga.stimulate(terminate()).row.status).toBe('terminated');
    expect(saga.state.steps[1]?.wait?.ended?.how).toBe('cancelled');
  });

  it('is refused while a call may be under way, and after the end', () => {
    const saga = rehearse(book, pay).when('pay', hangs()).run();
    expect(refusal(() => saga.stimulate(terminate({ owned: true })))).toBe('SAGA.UNDER_WAY');

    saga.answer(succeeds());
    expect(refusal(() => saga.stimulate(terminate()))).toBe('SAGA.ENDED');
  });

  it('waits for what is unknown to be known or parked, and then names what may have come about', () => {
    const saga = rehearse(book, pay).when('pay', losesItsAnswer()).whenever('ask pay', cannotSay()).run();
    expect(refusal(() => saga.stimulate(terminate()))).toBe('SAGA.OUTCOME_UNKNOWN');

    saga.finish().stimulate(terminate());
    expect(abandoned(saga).map(([name]) => name)).toEqual(['book', 'pay']);
  });

  it('ends without telling the business when that is what is stuck, on being asked again', () => {
    const saga = rehearse(book, pay).when('pay', isUnavailable()).whenever('tell undone', hangs()).run();
    saga.stimulate(terminate());
    expect(saga.row.status).toBe('compensating');
    expect(refusal(() => saga.stimulate(terminate()))).toBe('SAGA.UNDER_WAY');

    for (let attempt = 0; attempt < 5; attempt++) saga.answer(isUnavailable()).finish();
    expect(saga.row.status).toBe('parked');
    saga.stimulate(terminate({ reason: 'told by letter' }));
    expect(saga.row.status).toBe('terminated');
    expect(saga.journal.at(-1)).toMatchObject({ kind: 'terminated', by: 'sue', reason: 'told by letter' });
  });

  it('does not wait for the first closing when that is what is stuck', () => {
    const saga = rehearse(book, ship).when('ship', rejects('NO')).whenever('tell undoing', isUnavailable());
    saga.finish();
    expect(saga.state.closings.undoing?.parked).toBe(true);

    expect(saga.stimulate(terminate()).row.status).toBe('terminated');
    expect(saga.told.at(-1)).toBe('tell undone');
  });
});
