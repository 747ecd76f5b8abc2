import { hasGroups, stagesOf, type CauseInfo, type StepDefinition } from '../definition/index.js';
import { causeOf } from './cause.js';
import { isIdle, kindOf, pendingUnits } from './next.js';
import { currentStepOf, pathOf } from './path.js';
import { intendReactions } from './reactions.js';
import {
  isAskedFor,
  isLeftOpen,
  isSettled,
  isWithChild,
  sameUnit,
  unitOf,
  type CancelRequest,
  type RegisteredUndo,
  type StoredError,
  type UnitRef,
} from './state.js';
import type { Transition } from './transition.js';
import { advanceUndo, undoNext } from './undo.js';
import { beginWait } from './begin-wait.js';

/** Goes on from a settled state: the next step's intent, the end, or the way back when somebody asked for it. */
export function advance(t: Transition): void {
  if (t.state.end || t.state.fault) return;
  if (t.state.cause) return advanceUndo(t);
  intendReactions(t);
  if (t.state.fault) return;
  if (t.state.cancel) {
    if (!t.state.pivotPassed) return stopAsAsked(t);
    t.add({ kind: 'cancel-lapsed' });
  }
  if (undoNext(t, t.state.steps.filter(isLeftOpen)) !== 'done') return;
  for (const stage of stagesOf(pathOf(t.definition, t.state))) {
    // Each branch goes on by itself; what follows the group waits for all of them.
    const through = stage.filter((branch) => goThrough(t, branch));
    if (through.length < stage.length) return;
  }
  if (t.state.reactions.length > 0) return;
  if (!t.state.parent || t.state.verdict !== null) return t.add({ kind: 'completed' });
  // What its parent may want undone is not over.
  if (t.state.doneAt === null) t.add({ kind: 'done' });
}

/** @returns true when nothing of the branch is left to do */
function goThrough(t: Transition, branch: readonly StepDefinition[]): boolean {
  for (const step of branch) {
    const reached = t.stepState(step.name);
    if (reached && isSettled(reached)) continue;
    if (t.state.fault) return false;
    if (!reached && enter(t, step) === 'passed') continue;
    return false;
  }
  return true;
}

/** Begins a step: passes it over, begins its wait, or intends its action. */
function enter(t: Transition, step: StepDefinition): 'passed' | 'entered' {
  const reference = t.env.newId();
  const context = t.context(reference, step.parameters);
  const skip = t.mapOrPark(() => step.skipWhen?.(context) ?? false);
  if (!skip) return 'entered';
  if (skip.value) {
    t.add({ kind: 'passed', step: step.name, why: 'its definition passes it over for this input' });
    return 'passed';
  }
  if (step.wait) {
    beginWait(t, step.name, step.wait, context);
    return 'entered';
  }
  const { action } = step;
  if (!action) throw new Error(`Step "${step.name}" has neither an action nor a wait.`);
  const mapped = t.mapOrPark(() => {
    const input = action.map(context);
    // The answer of an external action may never be learnt, so its undo is stored before it is sent.
    const isSomebodyElses = step.kind === 'external' || step.kind === 'child';
    const undo = isSomebodyElses ? undoOf(t, step, { input, result: null, reference }) : null;
    return { input, undo };
  });
  if (mapped) {
    t.add({
      kind: 'intended',
      unit: { role: 'action', name: step.name },
      command: action.command.wireName,
      ...mapped.value,
      reference,
    });
  }
  return 'entered';
}

/** An action as its compensation sees it; `result` null: not learnt (yet). */
export interface Done {
  readonly input: unknown;
  readonly result: unknown;
  readonly reference: string;
}

/**
 * The compensation that a step's effect registers; null when it has none.
 * @throws what its mapping throws
 */
export function undoOf(t: Transition, step: StepDefinition, action: Done): RegisteredUndo | null {
  const compensation = t.compensationOf(step.name);
  if (!compensation) return null;
  const context = { ...t.context(action.reference, step.parameters), action };
  return {
    command: compensation.command.wireName,
    input: compensation.map(context),
    kind: compensation.kind,
    after: compensation.after,
    ...(hasGroups(t.definition) && { order: t.definition.steps.indexOf(step) }),
  };
}

/** The step that is under way or next; the last one when all are done. */
export function currentIndex(t: Transition): number {
  const current = currentStepOf(t.definition, t.state) ?? pathOf(t.definition, t.state).at(-1)!;
  return t.definition.steps.indexOf(current);
}

/** Turns back for a failure of the step that is under way. */
export function turnBack(
  t: Transition,
  type: CauseInfo['type'],
  error: StoredError,
  index = currentIndex(t),
): void {
  const step = t.definition.steps[index]!;
  withdraw(t);
  t.add({ kind: 'turned-back', cause: causeOf(type, step, index, error) });
  advanceUndo(t);
}

/** Turns back because somebody asked; only when nothing is under way that could still have an effect. */
export function turnBackAsAsked(t: Transition): void {
  const { cancel } = t.state;
  if (!cancel) throw new Error('Nobody asked to turn back.');
  const { code, reason: message } = cancel;
  const error = cancel.error ?? { name: 'SagaCancelled', code, message, stack: null, chain: [] };
  const index = t.definition.steps.findIndex((step) => step.name === cancel.step);
  turnBack(t, cancel.type, error, index);
}

/** What is known beside the journal of what is under way. */
interface Known {
  /** Its call has just ended, so it is not under way any more. */
  readonly ended?: UnitRef | null;
  /** A worker owns the saga: a call may be under way even if the clock says that it is not due. */
  readonly owned?: boolean;
}

/** The saga is to turn back: at once when nothing is under way outside; otherwise when that is known. */
export function askToTurnBack(t: Transition, asked: CancelRequest, known: Known = {}): void {
  t.add({ kind: 'cancel-requested', ...asked });
  for (const ref of pendingUnits(t.state)) {
    // What the other side has yet to decide is asked for now, instead of waited for.
    const unit = unitOf(t.state, ref);
    const isWaitedFor = unit?.status === 'accepted' && !isWithChild(unit) && !isSame(ref, known.ended);
    if (isWaitedFor) t.add({ kind: 'noticed', unit: ref, by: asked.by });
  }
  stopAsAsked(t, known);
}

/** What cannot be under way is not begun any more; the saga turns back once nothing is. */
export function stopAsAsked(t: Transition, known: Known = {}): void {
  withdraw(t, (ref) => !mayBeUnderWay(t, ref, known));
  if (!mayHaveAnEffect(t, known)) turnBackAsAsked(t);
}

/**
 * True while a call is under way, unknown or only accepted: what it does outside must be learnt before anything is undone. What is
 * being undone already, for an alternative, goes on as it is on the way back.
 */
export function mayHaveAnEffect(t: Transition, known: Known = {}): boolean {
  return pendingUnits(t.state).some((ref) => ref.role === 'action' && mayBeUnderWay(t, ref, known));
}

function mayBeUnderWay(t: Transition, ref: UnitRef, { ended = null, owned = false }: Known): boolean {
  if (isSame(ref, ended)) return false;
  const unit = unitOf(t.state, ref)!;
  // A child is told to turn back, and undone then; only one that may have passed the saga's own pivot is let end.
  if (isWithChild(unit)) return t.stepDefinition(ref.name).phase !== 'compensatable';
  if (isAskedFor(unit)) return true;
  return kindOf(t.definition, t.state, ref) === 'external' && (owned || !isIdle(unit, t.env.now));
}

function isSame(ref: UnitRef, other: UnitRef | null | undefined): boolean {
  return !!other && sameUnit(ref, other);
}

/** What was intended and is not under way will not be done, nor what the other side has yet to decide; a wait ends. */
export function withdraw(t: Transition, isMeant: (ref: UnitRef) => boolean = () => true): void {
  for (const { name, action, wait } of t.state.steps) {
    const unit: UnitRef = { role: 'action', name };
    const isOpen = action?.status === 'intended' || action?.status === 'accepted';
    if (isOpen && isMeant(unit)) t.add({ kind: 'withdrawn', unit });
    if (wait && !wait.ended) {
      t.add({ kind: 'wait-ended', step: name, how: 'cancelled', event: null, result: null, pivot: false });
    }
  }
}
