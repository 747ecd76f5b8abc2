import fc from 'fast-check';
import { verifyDefinition, type ClosingName, type SagaDefinition } from '../definition/index.js';
import type { Entry } from '../engine/entries.js';
import { currentStepOf } from '../engine/path.js';
import { lastFirst } from '../engine/undo-order.js';
import { History, toyDefinition, type Move, type ToyStep } from '../testing/index.js';

const step = fc.record({
  kind: fc.constantFrom('local' as const, 'local' as const, 'external' as const, 'wait' as const),
  undo: fc.boolean(),
  undoKind: fc.constantFrom('local' as const, 'external' as const),
  passedOver: fc.nat(6).map((n) => n === 0),
});
type Shape = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** What somebody might change from one version to the next. Numbers are taken modulo what there is. */
const change = fc.oneof(
  fc.record({ what: fc.constantFrom('insert' as const, 'remove' as const, 'swap' as const), at: fc.nat(9) }),
  fc.record({
    what: fc.constantFrom(
      'undo' as const,
      'kind' as const,
      'pass' as const,
      'tell' as const,
      'pivot' as const,
    ),
    at: fc.nat(9),
  }),
);
type Change = typeof change extends fc.Arbitrary<infer C> ? C : never;

interface Plan {
  readonly before: readonly ToyStep[];
  readonly pivot: ToyStep | null;
  readonly after: readonly ToyStep[];
  readonly closings: readonly ClosingName[];
}

const plans = fc
  .record({
    before: fc.array(step, { minLength: 1, maxLength: 5 }),
    branches: fc.boolean(),
    pivot: fc.option(step),
    after: fc.nat(2),
  })
  .map(({ before, branches, pivot, after }): Plan => {
    const grouped = branches && before.length > 2;
    const steps = before.map((one, index) => {
      const branch = { group: 'group', branch: `branch-${index % 2}` };
      return { ...toyStep(one, `before-${index}`), ...(grouped && index > 0 && index < 3 && { branch }) };
    });
    return {
      before: steps,
      pivot: pivot && { ...toyStep(pivot, 'pivot'), phase: 'pivot', undo: pivot.kind === 'external' },
      after: Array.from({ length: after }, (_, index) => ({ name: `after-${index}`, phase: 'retriable' })),
      closings: ['undoing', 'undone'],
    };
  });

function toyStep({ kind, undo, undoKind, passedOver }: Shape, name: string): ToyStep {
  const canUndo = kind !== 'wait';
  return {
    name,
    kind,
    undo: undo && canUndo,
    undoKind,
    retry: { maxAttempts: 2, whenExhausted: 'compensate' },
    undoRetry: { maxAttempts: 3 },
    skipWhen: passedOver ? () => true : null,
  };
}

function changed(plan: Plan, { what, at }: Change): Plan {
  const before = [...plan.before];
  if (before.length === 0) return plan;
  const place = at % before.length;
  const one = before[place]!;
  switch (what) {
    case 'insert':
      before.splice(at % (before.length + 1), 0, { name: 'new' });
      break;
    case 'remove':
      before.splice(place, 1);
      break;
    case 'swap':
      before.splice(place, 1);
      before.splice((place + 1) % (before.length + 1), 0, one);
      break;
    case 'undo':
      before[place] = { ...one, undo: one.kind !== 'wait' && !one.undo };
      break;
    case 'kind':
      before[place] = { ...one, kind: one.kind === 'local' ? 'external' : 'local' };
      break;
    case 'pass':
      before[place] = { ...one, skipWhen: one.skipWhen ? null : () => true };
      break;
    case 'tell':
      return { ...plan, closings: ['undone'] };
    case 'pivot':
      return { ...plan, pivot: plan.pivot ? null : { name: 'pivot', phase: 'pivot', undo: false } };
  }
  return { ...plan, before };
}

function definitionOf({ before, pivot, after, closings }: Plan, version: number): SagaDefinition {
  const steps = [...before, ...(pivot ? [pivot] : []), ...after];
  return { ...toyDefinition(steps, { closings }), version };
}

/** What depends on steps that are yet to come (events for later waits) is left out: it would tell two versions apart. */
const happenings = [0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 13, 16];
const moves: fc.Arbitrary<Move[]> = fc.array(
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        move: fc.constant('go' as const),
        answer: fc.oneof(fc.constant(9), fc.nat(9)),
        luck: fc.boolean(),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ move: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 9_000 }) }),
    },
    { weight: 1, arbitrary: fc.record({ move: fc.constant('happen' as const), what: fc.constantFrom(...happenings) }) },
  ),
  { maxLength: 25 },
); // prettier-ignore

/** All goes well so many times; then somebody wants it back, or nobody does. */
const smooth = fc
  .tuple(fc.nat(5), fc.boolean())
  .map(([turns, back]): Move[] => [
    ...Array.from({ length: turns }, (): Move => ({ move: 'go', answer: 9, luck: true })),
    ...(back ? [{ move: 'happen', what: 0 } as const] : []),
  ]);

/** All goes well for a while, and then somebody wants it back. */
const wantedBack = fc
  .integer({ min: 1, max: 5 })
  .map((turns): Move[] => [
    ...Array.from({ length: turns }, (): Move => ({ move: 'go', answer: 9, luck: true })),
    { move: 'happen', what: 0 },
  ]);

function played(definition: SagaDefinition, history: readonly Move[]): History {
  const saga = new History(definition);
  for (const move of history) saga.play(move);
  return saga;
}

/** All that a journal says of what was done; not under which version, nor how an action that was refused would have been undone. */
function course(journal: readonly Entry[]): unknown[] {
  return journal.flatMap((entry): unknown[] => {
    if (entry.kind === 'intended') return [{ ...entry, undo: null }];
    return entry.kind === 'started' || entry.kind === 'moved' || entry.kind === 'continued' ? [] : [entry];
  });
}

const isOutOfTurn: Entry['kind'][] = ['attempt-failed', 'outcome-unknown', 'parked', 'held'];

describe('a move to another version, over generated versions and histories', () => {
  it('leaves a saga that ends under it: what was done is undone in reverse, or all that is left is done', () => {
    const seen = { allowed: 0, refused: 0, undone: 0, completed: 0 };
    fc.assert(
      fc.property(
        plans,
        fc.array(change, { minLength: 1, maxLength: 2 }),
        fc.oneof(moves, smooth),
        fc.oneof(moves, smooth, { weight: 4, arbitrary: wantedBack }),
        (plan, changes, before, after) => {
          const from = definitionOf(plan, 1);
          const to = definitionOf(changes.reduce(changed, plan), 2);
          fc.pre(verifyDefinition(from).length === 0 && verifyDefinition(to).length === 0);
          const saga = played(from, before);
          fc.pre(saga.state.end === null);
          const state = saga.state;

          const refused = saga.move(to);
          if (refused) {
            seen.refused++;
            expect(refused.code).toBe('SAGA.DIVERGED');
            expect(saga.state).toBe(state);
            return;
          }
          seen.allowed++;
          // Begun under the target, it would have done the very same: it is a valid beginning of it.
          expect(course(saga.journal)).toEqual(course(played(to, before).journal));

          expect(saga.move(from)).toBeNull();
          const { length, updatedAt, segment } = saga.state;
          expect(saga.state).toEqual({ ...state, length, updatedAt, segment });
          expect(saga.move(to)).toBeNull();

          for (const move of after) saga.play(move);
          saga.settle();
          const { end, cause } = saga.state;
          expect(end).toBe(cause ? 'compensated' : 'completed');
          expect(saga.state.version).toBe(2);
          expect(saga.forgottenEffects()).toEqual([]);
          if (!cause) {
            seen.completed++;
            expect(currentStepOf(to, saga.state)).toBeNull();
          } else if (saga.journal.every(({ kind }) => !isOutOfTurn.includes(kind))) {
            const undone = saga.journal.flatMap((entry) =>
              entry.kind === 'succeeded' && entry.unit.role === 'compensation' ? [entry.unit.name] : [],
            );
            if (undone.length > 1) seen.undone++;
            const reached = lastFirst(saga.state.steps).map(({ name }) => name);
            expect(undone).toEqual(reached.filter((name) => undone.includes(name)));
          }
        },
      ),
      { numRuns: 600 },
    );
    // A property that is never put to the test would prove nothing.
    expect(seen.allowed).toBeGreaterThan(60);
    expect(seen.refused).toBeGreaterThan(60);
    expect(seen.completed).toBeGreaterThan(15);
    expect(seen.undone).toBeGreaterThan(0);
  });

  it('is allowed wherever the saga would have done the very same under steps in another order', () => {
    let same = 0;
    fc.assert(
      fc.property(plans, change, moves, (plan, one, history) => {
        fc.pre(['insert', 'remove', 'swap'].includes(one.what) && !plan.before.some(({ branch }) => branch));
        const from = definitionOf(plan, 1);
        const to = definitionOf(changed(plan, one), 2);
        fc.pre(verifyDefinition(from).length === 0 && verifyDefinition(to).length === 0);
        const saga = played(from, history);
        fc.pre(saga.state.end === null);
        const other = played(to, history);
        const isSame = JSON.stringify(course(saga.journal)) === JSON.stringify(course(other.journal));
        if (isSame) same++;
        expect(saga.move(to)?.message ?? null).toEqual(isSame ? null : expect.any(String));
      }),
      { numRuns: 600 },
    );
    expect(same).toBeGreaterThan(60);
  });
});
