import { decide } from '../engine/decide.js';
import type { SeenSaga } from '../engine/requests.js';
import type { Stimulus } from '../engine/stimulus.js';
import { isUnavailable, rejects, Rehearsal, toyDefinition, type ToyStep } from '../testing/index.js';
import { Consequences } from './consequences.js';
import type { SagaActionName } from './saga-action.js';

const once = { maxAttempts: 1 };
const pay: ToyStep = { name: 'pay', kind: 'external', retry: once, undoRetry: once };
const alternatives = [
  { insteadOf: 'pay', on: ['DECLINED'], steps: [{ name: 'pay-later' }] },
  { insteadOf: 'ship', undoTo: 'book', steps: [{ name: 'express', phase: 'pivot' as const }] },
];
const rehearse = () =>
  new Rehearsal(
    toyDefinition([{ name: 'book' }, pay, { name: 'ship', phase: 'pivot' }], {
      alternatives,
      closings: ['undoing'],
    }),
    {},
  ).otherwiseSucceeding();
const stuck = () => rehearse().when('ship', rejects('FULL')).when('undo pay', isUnavailable()).run();

const person = { by: 'sue', reason: 'asked by telephone' };
const skip: Stimulus = { kind: 'skip', ...person, result: {}, step: null };

/** What a dry run answers. */
function told({ definition, state, now }: Rehearsal, action: SagaActionName, stimulus: Stimulus): string[] {
  const after = decide(definition, state, stimulus, { now, newId: () => 'an-id', random: () => 0.5 }).state;
  const seen = (one: typeof state) => ({ definition, state: one }) as SeenSaga;
  return new Consequences().of(action, seen(state), seen(after));
}

describe('the consequences of an action on a saga with alternatives', () => {
  it('of skipping what cannot be undone on the way to a save-point: the alternative', () => {
    expect(told(stuck(), 'skip', skip)).toEqual([
      'takes the undoing of pay as settled outside: it is not carried out, and no book of ours is changed',
      'carries out express',
    ]);
  });

  it('of skipping a step that has an alternative: its own path', () => {
    const saga = rehearse().when('pay', isUnavailable()).run();
    expect(told(saga, 'skip', skip).at(-1)).toBe('carries out ship');
  });

  it('of retrying there: the same undoing again', () => {
    expect(told(stuck(), 'retry', { kind: 'retry', ...person })).toEqual([
      'undoes pay again, under the same reference',
    ]);
  });

  it('of compensating there: all that is open, replaced or not', () => {
    const stimulus: Stimulus = { kind: 'cancel', ...person, code: 'X', type: 'operator' };
    expect(told(stuck(), 'compensate', stimulus)).toEqual(['undoes pay', 'undoes book', 'ends compensated']);
  });

  it('of terminating there: what stands, and not the alternative', () => {
    expect(told(stuck(), 'terminate', { kind: 'terminate', ...person })).toEqual([
      'abandons the effect of book: nobody undoes it',
      'abandons the effect of pay: nobody undoes it',
      'tells the business that it was terminated, and ends with that',
    ]);
  });
});
