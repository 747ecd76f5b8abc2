import fc from 'fast-check';
import {
  goesOn,
  ignore,
  keep,
  parks,
  verifyDefinition,
  type Reaction,
  type SagaDefinition,
} from '../definition/index.js';
import type { Entry } from './entries.js';
import { lastFirst } from './undo-order.js';
import {
  History,
  toyDefinition,
  toyMessage,
  wordReactedTo,
  type Move,
  type ToyAlternative,
  type ToyStep,
} from '../testing/index.js';

const policy = fc.record({
  maxAttempts: fc.integer({ min: 1, max: 3 }),
  whenExhausted: fc.constantFrom('park' as const, 'compensate' as const),
  reactions: fc.constantFrom<Record<string, Reaction>>({}, { GONE: 'park' }, { GONE: 'compensate' }),
});
const shape = fc.record({
  kind: fc.constantFrom('local' as const, 'external' as const, 'wait' as const, 'timer' as const),
  undo: fc.boolean(),
  undoKind: fc.constantFrom('local' as const, 'external' as const),
  comesAfter: fc.boolean(),
  passedOver: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
  rejects: fc.boolean(),
  retry: policy,
  confirmed: fc.record({
    withinMs: fc.integer({ min: 1, max: 20_000 }),
    askEveryMs: fc.integer({ min: 1, max: 9_000 }),
    then: fc.constantFrom('turn-back' as const, 'park' as const),
  }),
});
type Shape = typeof shape extends fc.Arbitrary<infer S> ? S : never;

const alternative = fc.record({
  insteadOf: fc.nat(9),
  steps: fc.array(shape, { minLength: 1, maxLength: 2 }),
  on: fc.constantFrom<string[] | undefined>(undefined, ['NO', 'DECLINED'], ['BUSY', 'GONE']),
  undoTo: fc.option(fc.nat(9)),
});
type Branch = typeof alternative extends fc.Arbitrary<infer A> ? A : never;

const branches = fc.array(fc.constantFrom(2, 2, 1), { minLength: 2, maxLength: 3 });
const grouped = fc.record({ from: fc.nat(2), branches });
type Grouped = typeof grouped extends fc.Arbitrary<infer G> ? G : never;

const definitions = definitionsOf(0, fc.array(alternative, { maxLength: 2 }), fc.option(grouped));
const divertible = definitionsOf(2, fc.array(alternative, { minLength: 1, maxLength: 4 }), fc.constant(null));
const undoable = shape.map((one): Shape => {
  const kind = one.kind === 'external' || one.kind === 'wait' ? 'external' : 'local';
  return { ...one, kind, undo: true, passedOver: false };
});
const sideBySide = definitionsOf(4, fc.array(alternative, { maxLength: 1 }), grouped, undoable);

function definitionsOf(
  least: number,
  alternativesOf: fc.Arbitrary<Branch[]>,
  groups: fc.Arbitrary<Grouped | null>,
  shapes: fc.Arbitrary<Shape> = shape,
) {
  return fc
    .record({
      before: fc.array(shapes, { minLength: least, maxLength: 5 }),
      group: groups,
      pivot: fc.option(shape),
      after: fc.array(shape, { maxLength: 2 }),
      alternatives: alternativesOf,
      closings: fc.subarray(['undoing' as const, 'undone' as const]),
      deadlineMs: fc.option(fc.integer({ min: 1, max: 30_000 })),
      rollover: fc.record({
        everyMs: fc.integer({ min: 1, max: 20_000 }),
        atEntries: fc.integer({ min: 1, max: 30 }),
      }),
    })
    .filter(({ before, pivot, after }) => before.length + after.length + (pivot ? 1 : 0) > 0)
    .map(({ before, group, pivot, after, alternatives, closings, deadlineMs, rollover }) => {
      const steps = [
        ...inBranches(
          before.map((one, index) => compensatable(one, index, before)),
          group,
        ),
        ...(pivot
          ? [{ ...plain(pivot, 'pivot'), phase: 'pivot' as const, undo: pivot.kind === 'external' }]
          : []),
        ...after.map((one, index): ToyStep => {
          const retry = { maxAttempts: one.retry.maxAttempts };
          const overdue = one.undo ? goesOn() : parks('TOY.LATE', 'Nobody came.');
          return { name: `after-${index}`, kind: one.kind, phase: 'retriable', retry, overdue };
        }),
      ];
      const instead = alternativesTo(steps, alternatives);
      const events = [...keptBeforeTheirWaits(steps), wordReactedTo()];
      return toyDefinition(steps, { closings, deadlineMs, alternatives: instead, events, rollover });
    });
}

/** Some of the steps as branches of a group, of so many steps each; as far as there are steps. */
function inBranches(steps: readonly ToyStep[], group: Grouped | null): ToyStep[] {
  if (!group) return [...steps];
  const { from, branches: lengths } = group;
  const names = lengths.flatMap((length, branch) => Array.from({ length }, () => `branch-${branch}`));
  const inside = names.slice(0, Math.max(0, steps.length - from));
  if (new Set(inside).size < 2) return [...steps];
  return steps.map((step, index) => {
    const branch = inside[index - from];
    return branch === undefined ? step : { ...step, branch: { group: 'group', branch } };
  });
}

function keptBeforeTheirWaits(steps: readonly ToyStep[]): SagaDefinition['events'] {
  return steps.flatMap(({ name, kind }, index) => {
    if (kind !== 'wait') return [];
    const earlier = steps.slice(0, index).map((step) => [step.name, keep(10_000)] as const);
    const event = toyMessage(`came-${name}`);
    return [{ event, answers: Object.fromEntries(earlier), otherwise: ignore('a toy') }];
  });
}

function plain({ kind, undoKind, rejects, retry, confirmed, undo }: Shape, name: string): ToyStep {
  const { then, ...times } = confirmed;
  // What cannot be undone can only be left to a person.
  const overdue = { then: undo ? then : 'park', code: 'TOY.OVERDUE', message: 'It took too long.' } as const;
  return {
    name,
    kind,
    undoKind,
    rejects,
    retry,
    deadlineMs: 20_000,
    undoRetry: { maxAttempts: 3 },
    confirmed: kind === 'external' ? { ...times, overdue } : null,
  };
}

const isUndoable = (kind: Shape['kind']) => kind === 'local' || kind === 'external';

function compensatable(one: Shape, index: number, all: readonly Shape[]): ToyStep {
  const later = all.flatMap(({ kind, undo }, at) =>
    at > index && undo && isUndoable(kind) ? [`before-${at}`] : [],
  );
  return {
    ...plain(one, `before-${index}`),
    undo: one.undo && isUndoable(one.kind),
    after: one.comesAfter ? later.slice(0, 1) : [],
    skipWhen: one.passedOver ? () => true : null,
  };
}

/** Each to another step before the pivot, to the pivot, or to a step of an earlier alternative. */
function alternativesTo(mainPath: readonly ToyStep[], branches: readonly Branch[]): ToyAlternative[] {
  const open = mainPath.filter(({ phase, branch }) => phase !== 'retriable' && !branch);
  return branches.flatMap(({ insteadOf, steps, on, undoTo }, number): ToyAlternative[] => {
    const [place] = open.splice(insteadOf % Math.max(open.length, 1), 1);
    if (!place) return [];
    const own = steps.map((one, index): ToyStep => {
      const step = plain(one, `instead-${number}-${index}`);
      const isPivot = place.phase === 'pivot' && index === steps.length - 1;
      return isPivot
        ? { ...step, phase: 'pivot', undo: one.kind === 'external' }
        : { ...step, undo: one.undo && isUndoable(one.kind), skipWhen: one.passedOver ? () => true : null };
    });
    open.push(...own);
    const before = mainPath.slice(0, Math.max(mainPath.indexOf(place), 0));
    // Of a group only the last step is a save-point.
    const earlier = before.filter(({ branch }, index) => !branch || !mainPath[index + 1]?.branch);
    const savePoint = undoTo === null ? undefined : earlier[undoTo % Math.max(earlier.length, 1)];
    return [
      {
        insteadOf: place.name,
        steps: own,
        // A code has one reaction: the verifier lets none both park and take an alternative.
        ...(on && { on: on.filter((code) => place.retry?.reactions?.[code] !== 'park') }),
        ...(savePoint && { undoTo: savePoint.name }),
      },
    ];
  });
}

const moves = movesOf(fc.nat(9));
/** Every other answer is a no, or a failure. */
const unlucky = movesOf(fc.oneof(fc.constantFrom(0, 1, 3), fc.constantFrom(2, 4, 9, 9, 9, 9)), 12, 20);

/** All goes well, in whichever branch, until somebody wants it back. */
const smooth = fc
  .array(
    fc.record({
      move: fc.constant('go' as const),
      answer: fc.integer({ min: 6, max: 9 }),
      luck: fc.constant(true),
    }),
    { minLength: 3, maxLength: 10 },
  )
  .map((well): Move[] => [...well, { move: 'happen', what: 0 }]);

function movesOf(answer: fc.Arbitrary<number>, go = 6, minLength = 0): fc.Arbitrary<Move[]> {
  return fc.array(
    fc.oneof(
      {
        weight: go,
        arbitrary: fc.record({ move: fc.constant('go' as const), answer, luck: fc.boolean() }),
      },
      {
        weight: 2,
        arbitrary: fc.record({ move: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 9_000 }) }),
      },
      { weight: 1, arbitrary: fc.record({ move: fc.constant('happen' as const), what: fc.nat(18) }) },
      { weight: 1, arbitrary: fc.record({ move: fc.constant('hold' as const), made: fc.boolean() }) },
    ),
    { minLength, maxLength: 60 },
  );
}

/** Steps in the order in which they were undone: what each alternative undid first, and what the way back did. */
function undoneTogether(journal: readonly Entry[]): string[][] {
  const runs: string[][] = [[]];
  for (const entry of journal) {
    if (entry.kind === 'diverted' || entry.kind === 'turned-back') runs.push([]);
    else if (entry.kind === 'succeeded' && entry.unit.role === 'compensation') {
      runs.at(-1)!.push(entry.unit.name);
    }
  }
  return runs;
}

/** After these something else may go first. */
const isOutOfTurn: Entry['kind'][] = ['attempt-failed', 'outcome-unknown', 'parked', 'held'];

function check(definition: SagaDefinition, history: readonly Move[]): History {
  expect(verifyDefinition(definition)).toEqual([]);
  const saga = new History(definition);
  for (const move of history) saga.play(move);
  saga.settle();

  const { end, cause } = saga.state;
  const isTerminated = cause?.type === 'terminated' || saga.journal.at(-1)?.kind === 'terminated';
  expect(end).toBe(isTerminated ? 'terminated' : cause ? 'compensated' : 'completed');
  expect(saga.forgottenEffects()).toEqual([]);
  if (saga.journal.every(({ kind }) => !isOutOfTurn.includes(kind))) {
    const reached = lastFirst(saga.state.steps).map(({ name }) => name);
    for (const order of undoneTogether(saga.journal)) {
      expect(order).toEqual(reached.filter((name) => order.includes(name)));
    }
  }
  return saga;
}

describe('the transition function, over generated definitions and histories', () => {
  it('always ends completed, compensated or terminated, owned on the way, with everything undone in reverse', () => {
    fc.assert(
      fc.property(definitions, moves, (definition, history) => void check(definition, history)),
      { numRuns: 1_000 },
    );
  });

  it('does so also when branches run side by side, and undoes them against their declaration', () => {
    let overtaken = 0;
    fc.assert(
      fc.property(sideBySide, fc.oneof(smooth, moves), (definition, history) => {
        const { journal, state } = check(definition, history);
        if (journal.some(({ kind }) => isOutOfTurn.includes(kind))) return;
        const declared = definition.steps.map(({ name }) => name);
        const reached = state.steps.map(({ name }) => name);
        for (const order of undoneTogether(journal)) {
          const expected = declared.filter((name) => order.includes(name)).reverse();
          expect(order).toEqual(expected);
          if (
            reached
              .filter((name) => order.includes(name))
              .reverse()
              .join() !== expected.join()
          )
            overtaken++;
        }
      }),
      { numRuns: 1_000 },
    );
    // A property of histories in which no branch is faster than another would prove nothing.
    expect(overtaken).toBeGreaterThan(20);
  });

  it('does so also when alternatives are taken, and never leaves what stands after a save-point', () => {
    let taken = 0;
    fc.assert(
      fc.property(divertible, unlucky, (definition, history) => {
        const { journal, state } = check(definition, history);
        for (const entry of journal) {
          if (entry.kind !== 'diverted') continue;
          taken++;
          const { undoTo } = definition.alternatives.find(({ steps }) => steps[0] === entry.to)!;
          const until = state.steps.findIndex(({ name }) => name === entry.step);
          const from = undoTo === null ? until : state.steps.findIndex(({ name }) => name === undoTo) + 1;
          const left = state.steps.slice(from, until + 1);
          // What was taken in the save-point's own place belongs to it.
          const stays = left.filter(({ replacedBy }) => replacedBy === null).map(({ name }) => name);
          expect(stays.filter((name) => !isInPlaceOf(definition, name, undoTo))).toEqual([]);
        }
      }),
      { numRuns: 1_000 },
    );
    // A property of histories in which it never happens would prove nothing.
    expect(taken).toBeGreaterThan(50);
  });
});

function isInPlaceOf(definition: SagaDefinition, step: string, place: string | null): boolean {
  const alternative = definition.alternatives.find(({ steps }) => steps.includes(step));
  if (!alternative) return false;
  return alternative.insteadOf === place || isInPlaceOf(definition, alternative.insteadOf, place);
}
