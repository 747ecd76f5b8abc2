import {
  cannotSay,
  isUnavailable,
  losesItsAnswer,
  Rehearsal,
  rejects,
  toyDefinition,
} from '../testing/index.js';
import type { ToyStep } from '../testing/index.js';
import { StimulusRefused, type Skip } from './stimulus.js';

const once = { maxAttempts: 1 };
const book: ToyStep = { name: 'book' };
const pay: ToyStep = { name: 'pay', kind: 'external', retry: once, undoRetry: once };
const ship: ToyStep = { name: 'ship', kind: 'external', phase: 'pivot', undo: true, retry: once };
const rehearse = (...steps: ToyStep[]) => new Rehearsal(toyDefinition(steps), {}).otherwiseSucceeding();

function skip(result: unknown = { by: 'hand' }, more: Partial<Skip> = {}): Skip {
  return { kind: 'skip', by: 'sue', reason: 'asked by telephone', result, step: null, ...more };
}
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

describe('a result that somebody gives', () => {
  it('is the outcome of a parked action, and the saga goes on with it and could undo it', () => {
    const saga = rehearse(book, pay, { name: 'note' }).when('pay', isUnavailable()).run();
    expect(saga.row.status).toBe('parked');

    saga.stimulate(skip({ receipt: 7 }));

    expect(saga.row.status).toBe('completed');
    expect(saga.told).toEqual(['book', 'pay', 'note']);
    expect(saga.state.steps[1]?.action).toMatchObject({ status: 'succeeded', result: { receipt: 7 } });
    expect(saga.state.steps[1]?.undo?.input).toMatchObject({ action: { result: { receipt: 7 } } });
    expect(saga.journal.find((entry) => entry.kind === 'succeeded' && entry.by)).toMatchObject({
      by: 'sue',
      reason: 'asked by telephone',
      event: 'did-pay',
    });
  });

  it('is the outcome of a step that only backs off, and of the pivot', () => {
    const saga = rehearse(book, { ...ship, retry: {} }, { name: 'end', phase: 'retriable' });
    saga.when('ship', isUnavailable()).run();
    expect(saga.row.status).toBe('running');

    saga.stimulate(skip());

    expect(saga.state.pivotPassed).toBe(true);
    expect(saga.row.status).toBe('completed');
  });

  it('settles a parked compensation with any evidence, and the others are undone', () => {
    const saga = rehearse(book, pay, ship)
      .when('ship', rejects('NO'))
      .when('undo pay', isUnavailable())
      .run();
    expect(saga.row.status).toBe('parked');

    saga.stimulate(skip({ transfer: '4711' }));

    expect(saga.row.status).toBe('compensated');
    expect(saga.compensations).toMatchObject([
      { step: 'book' },
      { step: 'pay', result: { transfer: '4711' } },
    ]);
    expect(saga.told.filter((label) => label === 'undo pay')).toHaveLength(1);
  });

  it('ends a wait under the name of its case, which somebody may give, and a timer as if its time were up', () => {
    const ended = (step: ToyStep, result: unknown) =>
      rehearse(step, book).run().stimulate(skip(result)).state.steps[0]?.wait;
    const came = { ended: { case: 'came', event: 'came-wait', goesOn: true }, result: { by: 'ann' } };

    expect(ended({ name: 'wait', kind: 'wait' }, { by: 'ann' })).toMatchObject(came);
    expect(ended({ name: 'wait', kind: 'wait' }, { case: 'came', data: { by: 'ann' } })).toMatchObject(came);
    expect(ended({ name: 'timer', kind: 'timer' }, null)).toMatchObject({
      ended: { case: 'overdue', event: null, goesOn: true },
    });
  });

  it('ends a wait with its one event, checked against the schema', () => {
    const saga = rehearse({ name: 'wait', kind: 'wait' }, book).run();
    expect(saga.row.status).toBe('waiting');

    saga.stimulate(skip({ by: 'ann' }));

    expect(saga.state.steps[0]?.wait).toMatchObject({ ended: { how: 'event' }, result: { by: 'ann' } });
    expect(saga.row.status).toBe('completed');
  });

  it('is refused while nothing is stuck, and once the saga has ended', () => {
    const saga = rehearse(book, pay).when('pay', { does: 'hang' }).run();
    expect(refusal(() => saga.stimulate(skip()))).toBe('SAGA.UNDER_WAY');
    expect(refusal(() => saga.stimulate(skip({}, { step: 'book' })))).toBe('SAGA.NOT_STUCK');

    saga.answer({ does: 'succeed', result: {}, event: null });
    expect(refusal(() => saga.stimulate(skip()))).toBe('SAGA.ENDED');
  });

  it('is refused for a call that a worker may have under way', () => {
    const saga = rehearse(book, { ...pay, retry: {} })
      .when('pay', isUnavailable())
      .run();

    expect(refusal(() => saga.stimulate(skip({}, { owned: true })))).toBe('SAGA.UNDER_WAY');
    expect(saga.stimulate(skip()).row.status).toBe('completed');
  });

  it('is refused for what is unknown until that is parked, and then is what ends the asking', () => {
    const saga = rehearse(book, pay).when('pay', losesItsAnswer()).whenever('ask pay', cannotSay()).run();
    expect(refusal(() => saga.stimulate(skip()))).toBe('SAGA.OUTCOME_UNKNOWN');

    saga.finish();
    expect(saga.row.status).toBe('parked');
    saga.stimulate(skip({ receipt: 7 }));
    expect(saga.row.status).toBe('completed');
    expect(saga.told.filter((label) => label === 'pay')).toHaveLength(1);
  });

  it('has to say which step it is about when several are stuck', () => {
    const unpaid = rehearse({ ...book, undoRetry: once }, pay, ship)
      .when('ship', rejects('NO'))
      .when('undo pay', isUnavailable())
      .when('undo book', isUnavailable())
      .run();
    expect(refusal(() => unpaid.stimulate(skip()))).toBe('SAGA.AMBIGUOUS');

    unpaid.stimulate(skip({}, { step: 'book' }));
    expect(unpaid.row.status).toBe('parked');
    expect(unpaid.stimulate(skip()).row.status).toBe('compensated');
  });

  it('tells the business in the stead of a closing that cannot', () => {
    const saga = rehearse(book, ship).when('ship', rejects('NO'));
    saga.whenever('tell undone', isUnavailable()).finish();
    expect(saga.row.status).toBe('parked');

    expect(saga.stimulate(skip({ told: 'by letter' })).row.status).toBe('compensated');
  });

  it('must fit: what the step cannot have come to changes nothing', () => {
    const strict = toyDefinition([
      { ...pay, undoMap: ({ action }) => (action.result as { id: string }).id.length },
    ]);
    const saga = new Rehearsal(strict, {});
    expect(saga.row.status).toBe('parked');
    expect(refusal(() => saga.stimulate(skip()))).toBe('SAGA.NOT_STUCK');

    const local = toyDefinition([
      { name: 'book', retry: once, undoMap: ({ action }) => (action.result as { id: string }).id.length },
    ]);
    const parked = new Rehearsal(local, {}).when('book', isUnavailable()).run();
    const before = parked.journal.length;
    expect(() => parked.stimulate(skip({}))).toThrow('cannot be made of this result');
    expect(parked.journal).toHaveLength(before);
  });
});
