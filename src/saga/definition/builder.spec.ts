import { z } from 'zod';
import { defineSaga } from './builder.js';
import { defaultCompensationPolicy, defaultRetryPolicy } from './policy.js';
import type { StepStart } from './step-stages.js';
import { verifyDefinition } from './verifier.js';

function named<Schema extends z.ZodType>(wireName: string, schema: Schema) {
  return class {
    static readonly wireName = wireName;
    static readonly schema = schema;
    constructor(readonly data: z.infer<Schema>) {}
  };
}

const Do = named('toy.do.v1', z.object({ id: z.string() }));
const Did = named('toy.did.v1', z.object({ receipt: z.string() }));
const Undo = named('toy.undo.v1', z.object({ receipt: z.string().nullable() }));
const Refused = named('toy.refused.v1', z.object({}));
const input = z.object({ id: z.string() });
const byId = ({ input: { id } }: { input: { id: string } }) => ({ id });

const example = defineSaga('toy', 3, input)
  .retry({ maxAttempts: 7, backoff: { kind: 'fixed', everyMs: 10 } })
  .deadline(60_000)
  .undoing(Do, ({ input: { id }, cause }) => ({ id: `${id} ${cause.code}` }), Did)
  .step('first', (s) =>
    s
      .external({ retry: { maxAttempts: 2 }, attemptTimeoutMs: 5_000, parameters: { channel: 'web' } })
      .action(Do, byId)
      .succeeds(Did)
      .rejects(Refused)
      .compensation(Undo, ({ action }) => ({ receipt: action.result?.receipt ?? null }), Did, {
        retry: { jitter: 0.5 },
      }),
  )
  .step('second', (s) => s.local().action(Do, byId).succeeds(Did).noCompensation('it only reads'))
  .pivot('third', (s) =>
    s
      .local()
      .action(Do, ({ results }) => ({ id: results.first.receipt }))
      .succeeds(Did),
  )
  .retriable('last', (s) => s.local().action(Do, byId).succeeds(Did))
  .build();

const step = (name: string) => example.steps.find((one) => one.name === name)!;

describe('the definition builder', () => {
  it('makes plain data of a definition, in the order of its steps', () => {
    expect(example).toMatchObject({ name: 'toy', version: 3, deadlineMs: 60_000 });
    expect(example.steps.map(({ name, phase, kind }) => `${name} ${phase} ${kind}`)).toEqual([
      'first compensatable external',
      'second compensatable local',
      'third pivot local',
      'last retriable local',
    ]);
    expect(Object.isFrozen(example)).toBe(true);
    expect(Object.keys(example)).not.toContain('inherited');
  });

  it('inherits policies from the engine to the definition to the step, field by field', () => {
    const fixed = { kind: 'fixed', everyMs: 10 };
    expect(step('first').retry).toEqual({ ...defaultRetryPolicy, backoff: fixed, maxAttempts: 2 });
    expect(step('second').retry).toEqual({ ...defaultRetryPolicy, backoff: fixed, maxAttempts: 7 });
    expect(example.closings[0]?.retry).toMatchObject({ backoff: fixed, maxAttempts: 7 });

    const bare = defineSaga('bare', 1, input)
      .retriable('one', (s) => s.local().action(Do, byId).succeeds(Did))
      .build();
    expect(bare.steps[0]?.retry).toEqual(defaultRetryPolicy);
  });

  it('gives a compensation the definition’s pace, its own fields, and the kind of its step', () => {
    const backoff = { kind: 'fixed', everyMs: 10 };
    expect(example.compensations).toMatchObject([
      {
        step: 'first',
        kind: 'external',
        retry: { ...defaultCompensationPolicy, backoff, jitter: 0.5 },
        after: [],
      },
    ]);
  });

  it('gives an attempt a minute and an idempotency key a day when nothing is said', () => {
    expect(step('first')).toMatchObject({
      attemptTimeoutMs: 5_000,
      keyProtectionMs: 86_400_000,
      heartbeatTimeoutMs: null,
    });
    expect(step('second')).toMatchObject({ attemptTimeoutMs: 60_000 });
  });

  it('keeps what a step says of itself: parameters, outcomes, and why there is nothing to undo', () => {
    expect(step('first').parameters).toEqual({ channel: 'web' });
    expect(step('first').action?.rejects?.wireName).toBe('toy.refused.v1');
    expect(step('second')).toMatchObject({ noCompensation: 'it only reads', action: { rejects: null } });
  });

  it('puts the steps of an alternative right after the step in whose place they are', () => {
    const local = (s: StepStart<'compensatable', { id: string }, object>) =>
      s.local().action(Do, byId).succeeds(Did).noCompensation('toy');
    const pivot = (s: StepStart<'pivot', { id: string }, object>) => s.local().action(Do, byId).succeeds(Did);
    const built = defineSaga('toy', 1, input)
      .retry({ maxAttempts: 7 })
      .step('a', local)
      .step('b', local)
      .alternative({ on: ['NO'], undoTo: 'a' }, (instead) =>
        instead
          .step('b1', local)
          .alternative({}, (deeper) => deeper.step('b1x', local))
          .step('b2', local),
      )
      .alternative({}, (instead) => instead.step('b3', local))
      .pivot('p', pivot)
      .alternative({}, (instead) => instead.step('q1', local).pivot('q2', pivot))
      .build();

    expect(built.steps.map(({ name }) => name)).toEqual('a b b1 b1x b2 b3 p q1 q2'.split(' '));
    expect(built.alternatives).toEqual([
      { insteadOf: 'b', on: ['NO'], undoTo: 'a', steps: ['b1', 'b2'] },
      { insteadOf: 'b1', on: null, undoTo: null, steps: ['b1x'] },
      { insteadOf: 'b', on: null, undoTo: null, steps: ['b3'] },
      { insteadOf: 'p', on: null, undoTo: null, steps: ['q1', 'q2'] },
    ]);
    expect(built.steps.find(({ name }) => name === 'b1x')?.retry.maxAttempts).toBe(7);
    expect(verifyDefinition(built)).toEqual([]);
  });

  it('leaves a definition as it was when another one is made of it', () => {
    const base = defineSaga('base', 1, input).step('one', (s) =>
      s.local().action(Do, byId).succeeds(Did).noCompensation('toy'),
    );
    base.step('two', (s) => s.local().action(Do, byId).succeeds(Did).noCompensation('toy'));

    expect(base.build().steps.map(({ name }) => name)).toEqual(['one']);
  });
});
