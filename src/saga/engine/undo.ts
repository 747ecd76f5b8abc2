import type { ClosingName } from '../definition/index.js';
import { intendReactions } from './reactions.js';
import { isOpen, isOutstanding, unitOf, type SagaEnd, type StepState, type UnitRef } from './state.js';
import type { Transition } from './transition.js';
import { lastFirst } from './undo-order.js';

/**
 * Goes on undoing: one unit at a time, the latest effect first. A unit that backs off or is parked holds up only
 * those that were declared to come after it; the saga is compensated when nothing is open any more.
 */
export function advanceUndo(t: Transition): void {
  if (t.state.end || t.state.fault || isBusy(t)) return;
  if (intendClosing(t, 'undoing', !nothingWasDone(t))) return;
  if (undoNext(t, t.state.steps) !== 'done') return;
  const told = t.state.closings.undoing;
  if (told && told.status !== 'succeeded' && told.status !== 'withdrawn') return;
  if (intendClosing(t, 'undone', true)) return;
  if (t.state.reactions.length > 0) return intendReactions(t);
  if (isDone(t, 'undone')) t.add({ kind: endOf(t) });
}

function endOf(t: Transition): SagaEnd {
  return t.state.cause?.type === 'terminated' ? 'terminated' : 'compensated';
}

/** Intends what of these steps' effects is undone next. `done`: none of them is open any more. */
export function undoNext(t: Transition, steps: readonly StepState[]): 'done' | 'open' {
  const open = steps.filter(isOpen);
  if (open.length === 0) return 'done';
  if (isBusy(t)) return 'open';
  const next = lastFirst(open).find((step) => !step.compensation && !isHeldUp(t, step));
  if (next) intendCompensation(t, next);
  return 'open';
}

/** A no of the first step, with none beside it: nothing was done, so the business need not hear that undoing begins. */
function nothingWasDone(t: Transition): boolean {
  const { cause, steps } = t.state;
  return cause?.index === 0 && cause.type === 'rejected' && steps.length === 1;
}

/** One unit runs, or may run at once. */
function isBusy(t: Transition): boolean {
  return undoUnits(t).some((ref) => {
    const unit = unitOf(t.state, ref);
    if (!unit || unit.parked || !isOutstanding(unit)) return false;
    return unit.notBefore === null || t.isPast(unit.notBefore);
  });
}

function undoUnits(t: Transition): UnitRef[] {
  return [
    { role: 'closing', name: 'undoing' },
    ...t.state.steps.map((step): UnitRef => ({ role: 'compensation', name: step.name })),
    { role: 'closing', name: 'undone' },
  ];
}

function isHeldUp(t: Transition, step: StepState): boolean {
  return (step.undo?.after ?? []).some((name) => {
    const earlier = t.stepState(name);
    return earlier !== null && isOpen(earlier);
  });
}

function isDone(t: Transition, closing: ClosingName): boolean {
  return t.closing(closing) === null || t.state.closings[closing]?.status === 'succeeded';
}

function intendCompensation(t: Transition, step: StepState): void {
  const { undo } = step;
  if (!undo) throw new Error(`Step "${step.name}" has no registered compensation.`);
  t.add({
    kind: 'intended',
    unit: { role: 'compensation', name: step.name },
    command: undo.command,
    input: undo.input,
    reference: t.env.newId(),
    undo: null,
  });
}

/** True when the closing was intended just now, or could not be because its mapping failed. */
function intendClosing(t: Transition, name: ClosingName, wanted: boolean): boolean {
  const closing = t.closing(name);
  const { cause } = t.state;
  if (!closing || !wanted || !cause || t.state.closings[name]) return false;
  const reference = t.env.newId();
  const { type, step, index, code, message } = cause;
  const mapped = t.mapOrPark(() =>
    closing.map({ ...t.context(reference), cause: { type, step, index, code, message } }),
  );
  if (mapped) {
    t.add({
      kind: 'intended',
      unit: { role: 'closing', name },
      command: closing.command.wireName,
      input: mapped.value,
      reference,
      undo: null,
    });
  }
  return true;
}
