import fc from 'fast-check';
import { verifyDefinition, type Reaction } from '../definition/index.js';
import { History, toyDefinition, type Move, type ToyStep } from '../testing/index.js';

const policy = fc.record({
  maxAttempts: fc.integer({ min: 1, max: 3 }),
  whenExhausted: fc.constantFrom('park' as const, 'compensate' as const),
  reactions: fc.constantFrom<Record<string, Reaction>>({}, { GONE: 'park' }, { GONE: 'compensate' }),
});
const shape = fc.record({
  kind: fc.constantFrom('local' as const, 'external' as const, 'wait' as const),
  undo: fc.boolean(),
  undoKind: fc.constantFrom('local' as const, 'external' as const),
  comesAfter: fc.boolean(),
  passedOver: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
  rejects: fc.boolean(),
  retry: policy,
});
type Shape = typeof shape extends fc.Arbitrary<infer S> ? S : never;

const definitions = fc
  .record({
    before: fc.array(shape, { maxLength: 5 }),
    pivot: fc.option(shape),
    after: fc.array(shape, { maxLength: 2 }),
    closings: fc.subarray(['undoing' as const, 'undone' as const]),
    deadlineMs: fc.option(fc.integer({ min: 1, max: 30_000 })),
  })
  .filter(({ before, pivot, after }) => before.length + after.length + (pivot ? 1 : 0) > 0)
  .map(({ before, pivot, after, closings, deadlineMs }) => {
    const steps = [
      ...before.map((one, index) => compensatable(one, index, before)),
      ...(pivot
        ? [{ ...plain(pivot, 'pivot'), phase: 'pivot' as const, undo: pivot.kind === 'external' }]
        : []),
      ...after.map((one, index): ToyStep => {
        const kind = one.kind === 'wait' ? 'local' : one.kind;
        const retry = { maxAttempts: one.retry.maxAttempts };
        return { name: `after-${index}`, kind, phase: 'retriable', retry };
      }),
    ];
    return toyDefinition(steps, { closings, deadlineMs });
  });

function plain({ kind, undoKind, rejects, retry }: Shape, name: string): ToyStep {
  return { name, kind, undoKind, rejects, retry, deadlineMs: 20_000, undoRetry: { maxAttempts: 3 } };
}

function compensatable(one: Shape, index: number, all: readonly Shape[]): ToyStep {
  const later = all.flatMap(({ kind, undo }, at) =>
    at > index && undo && kind !== 'wait' ? [`before-${at}`] : [],
  );
  return {
    ...plain(one, `before-${index}`),
    undo: one.undo && one.kind !== 'wait',
    after: one.comesAfter ? later.slice(0, 1) : [],
    skipWhen: one.passedOver ? () => true : null,
  };
}

const moves: fc.Arbitrary<Move[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ move: fc.constant('go' as const), answer: fc.nat(9), luck: fc.boolean() }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ move: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 9_000 }) }),
    },
    { weight: 1, arbitrary: fc.record({ move: fc.constant('happen' as const), what: fc.nat(11) }) },
    { weight: 1, arbitrary: fc.record({ move: fc.constant('hold' as const), made: fc.boolean() }) },
  ),
  { maxLength: 60 },
);

describe('the transition function, over generated definitions and histories', () => {
  it('always ends completed, compensated or terminated, owned on the way, with everything undone in reverse', () => {
    fc.assert(
      fc.property(definitions, moves, (definition, history) => {
        expect(verifyDefinition(definition)).toEqual([]);
        const saga = new History(definition);
        for (const move of history) saga.play(move);
        saga.settle();

        const { end, cause } = saga.state;
        const isTerminated = cause?.type === 'terminated' || saga.journal.at(-1)?.kind === 'terminated';
        expect(end).toBe(isTerminated ? 'terminated' : cause ? 'compensated' : 'completed');
        expect(saga.state.cause ? saga.forgottenEffects() : []).toEqual([]);
        if (
          saga.journal.every(
            ({ kind }) => !['attempt-failed', 'outcome-unknown', 'parked', 'held'].includes(kind),
          )
        ) {
          const order = saga.journal.flatMap((entry) =>
            entry.kind === 'succeeded' && entry.unit.role === 'compensation' ? [entry.unit.name] : [],
          );
          expect(order).toEqual(
            saga.state.steps
              .map(({ name }) => name)
              .filter((name) => order.includes(name))
              .reverse(),
          );
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
