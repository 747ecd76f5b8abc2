import type { StepDefinition } from '../definition/index.js';
import { advance, undoOf, type Done } from './forward.js';
import { unitOf, type RegisteredUndo, type UnitRef } from './state.js';
import type { Transition } from './transition.js';

/**
 * A unit has its outcome, and the saga goes on.
 *
 * @param person who gave the outcome in the unit's stead; null: the unit did
 * @throws what the mapping of a local action's compensation throws: its effect must then not be committed
 */
export function succeed(
  t: Transition,
  ref: UnitRef,
  event: string,
  result: unknown,
  person: { readonly by: string; readonly reason: string } | null = null,
): void {
  const given = person ?? { by: null };
  if (ref.role !== 'action') {
    t.add({ kind: 'succeeded', unit: ref, event, result, undo: null, pivot: false, ...given });
    return advance(t);
  }
  const step = t.stepDefinition(ref.name);
  const { input, reference } = unitOf(t.state, ref)!;
  const pivot = step.phase === 'pivot';
  // Past the pivot there is no way back: its withdrawal was for an attempt that nobody heard of again.
  const undo = pivot ? null : undoOfDone(t, step, { input, result, reference });
  t.add({ kind: 'succeeded', unit: ref, event, result, undo, pivot, ...given });
  advance(t);
}

/**
 * A local effect whose compensation cannot be made is not committed: the error goes to the caller, who rolls it back.
 * An external one has happened: the compensation stored before it was sent serves, and a person looks at the mapping.
 */
function undoOfDone(t: Transition, step: StepDefinition, done: Done): RegisteredUndo | null {
  if (step.kind !== 'external') return undoOf(t, step, done);
  const undo = t.mapOrPark(() => undoOf(t, step, done));
  return undo ? undo.value : (t.stepState(step.name)?.planned ?? null);
}
