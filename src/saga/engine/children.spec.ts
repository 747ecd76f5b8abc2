import { verifyChildren, type StepDefinition } from '../definition/index.js';
import { toyDefinition, type ToyStep } from '../testing/index.js';
import { begin, decide, proceed } from './decide.js';
import { fold } from './evolve.js';
import { newsOf } from './child-news.js';
import { instanceRow } from './instance-row.js';
import type { ParentRef } from './state.js';
import type { Env, Stimulus } from './stimulus.js';

const env: Env = { now: '2026-01-01T00:00:00.000Z', newId: () => 'id', random: () => 0 };
const parent: ParentRef = { sagaId: 'parent', step: 'prepare', depth: 1 };
const definition = toyDefinition([{ name: 'only' }], { closings: [] });

/** A child that has gone as far as it does by itself. */
function child(verdict?: 'keep') {
  const { started } = begin(
    definition,
    { id: 'child', correlationId: 'order', input: {}, parent, ...(verdict && { verdict }) },
    env,
  );
  const intended = proceed(definition, fold([started]), env);
  const outcome = {
    kind: 'outcome',
    unit: { role: 'action', name: 'only' },
    event: 'did-only',
    result: { of: 1 },
  } as const;
  return decide(definition, intended.state, outcome, env);
}
const after = (state: ReturnType<typeof child>['state'], stimulus: Stimulus) =>
  decide(definition, state, stimulus, env);

describe('A child that went through', () => {
  it('is done, waits without a wake-up for its parent, and tells it', () => {
    const { entries, state } = child();
    expect(state).toMatchObject({ end: null, doneAt: env.now });
    expect(instanceRow(definition, state, env.now)).toMatchObject({
      status: 'waiting',
      currentStep: null,
      wakeAt: null,
      runnable: false,
      openEffects: 1,
    });
    expect(newsOf(definition, entries, state)).toMatchObject([
      { data: { subject: 'parent', childId: 'child', how: 'done', results: { only: { of: 1 } } } },
    ]);
  });

  it('ends when its parent keeps it, and is undone when it does not; only the first verdict counts', () => {
    const kept = after(child().state, { kind: 'verdict', verdict: 'keep' });
    expect(kept.state.end).toBe('completed');
    const undone = after(child().state, { kind: 'verdict', verdict: 'undo' });
    expect(undone.state.cause).toMatchObject({ type: 'cancelled', code: 'SAGA.PARENT_TURNED_BACK' });
    expect(after(undone.state, { kind: 'verdict', verdict: 'keep' }).entries).toEqual([]);
  });

  it('ends by itself when its parent never undoes it, and says so', () => {
    const { entries, state } = child('keep');
    expect(state.end).toBe('completed');
    expect(newsOf(definition, entries, state)).toMatchObject([{ data: { how: 'completed' } }]);
  });

  it('is no longer to be cancelled by anybody else', () => {
    const cancel = { kind: 'cancel', by: 'x', reason: 'x', code: 'X', type: 'cancelled' } as const;
    expect(() => after(child().state, cancel)).toThrow('the saga that started it decides');
  });
});

describe('The verifier, of children', () => {
  const starting = (name: string, of: string, step: ToyStep) => {
    const toy = toyDefinition([step]);
    const withChild = ([first]: readonly StepDefinition[]): StepDefinition[] => [
      { ...first!, kind: 'child', child: { definition: of, version: null } },
    ];
    return { ...toy, name, steps: withChild(toy.steps) };
  };

  it('finds children that nobody knows, that cannot be undone, and that would start themselves', () => {
    const onward = { ...toyDefinition([{ name: 'a', phase: 'pivot' }]), name: 'onward' };
    const codesOf = (...definitions: Parameters<typeof verifyChildren>[0]) =>
      verifyChildren(definitions).map(({ code }) => code);
    expect(codesOf(starting('top', 'nobody', { name: 'a' }))).toEqual(['SAGA.UNKNOWN_CHILD']);
    expect(codesOf(starting('top', 'onward', { name: 'a' }), onward)).toEqual([
      'SAGA.CHILD_CANNOT_BE_UNDONE',
    ]);
    expect(codesOf(starting('top', 'onward', { name: 'a', phase: 'pivot' }), onward)).toEqual([]);
    expect(codesOf(starting('a', 'b', { name: 'x' }), starting('b', 'a', { name: 'x' }))).toEqual([
      'SAGA.CHILD_CYCLE',
      'SAGA.CHILD_CYCLE',
    ]);
  });
});
