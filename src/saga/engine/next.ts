import type { SagaDefinition } from '../definition/index.js';
import {
  isAskedFor,
  isOutstanding,
  isWithChild,
  openWaits,
  unitOf,
  type SagaState,
  type UnitRef,
  type UnitState,
} from './state.js';
import { lastFirst } from './undo-order.js';

/** What is to be done with a saga, derived from its state alone: recovery is folding and asking this. */
export type Directive =
  /** Carry the unit out; an external one that was ever sent is asked for first. */
  | { readonly do: 'execute' | 'resolve'; readonly unit: UnitRef; readonly kind: 'local' | 'external' }
  /** A worker was lost over the unit: write down that it is tried again, before it is. */
  | { readonly do: 'begin'; readonly unit: UnitRef }
  /** A deadline has passed: let the decider look at it. */
  | { readonly do: 'tick' }
  /** Nothing before `wakeAt`, ISO 8601; null: not before something happens from outside. */
  | { readonly do: 'rest'; readonly wakeAt: string | null };

const nothing: ReadonlySet<string> = new Set();

/**
 * What is to be done first.
 *
 * @param now the database's clock, ISO 8601
 * @param underWay references of units that are being called just now; whoever does not know of any asks for all
 */
export function next(
  definition: SagaDefinition,
  state: SagaState,
  now: string,
  underWay: ReadonlySet<string> = nothing,
): Directive {
  return directives(definition, state, now, underWay)[0] ?? { do: 'rest', wakeAt: wakeAt(state, now) };
}

/** All that may be done now, side by side; none: the saga rests. Actions are; reactions run, and what is undone is undone, alone. */
export function directives(
  definition: SagaDefinition,
  state: SagaState,
  now: string,
  underWay: ReadonlySet<string> = nothing,
): Directive[] {
  if (state.end || state.paused) return [];
  const deadline = firstDeadline(state);
  // Before what is due: a saga that never rests would otherwise run past its deadline.
  if (deadline && Date.parse(deadline.at) <= Date.parse(now)) return [{ do: 'tick' }];
  if (state.fault) return [];
  const due = dueUnits(state, now);
  const alone = due.find(({ role }) => role !== 'action');
  return (alone && underWay.size === 0 ? [alone] : due.filter(({ role }) => role === 'action'))
    .filter((unit) => !underWay.has(unitOf(state, unit)!.reference))
    .map((unit) => directiveFor(definition, state, unit));
}

function directiveFor(definition: SagaDefinition, state: SagaState, unit: UnitRef): Directive {
  const current = unitOf(state, unit)!;
  if (current.suspect && !current.begun) return { do: 'begin', unit };
  return { do: isAskedFor(current) ? 'resolve' : 'execute', unit, kind: kindOf(definition, state, unit) };
}

/** When something of a saga falls due that has nothing to do now, or not that; null: not before something happens. */
export function wakeAt(state: SagaState, now: string): string | null {
  if (state.end || state.paused) return null;
  const deadline = firstDeadline(state);
  const times = deadline ? [deadline.at] : [];
  for (const ref of state.fault ? [] : pendingUnits(state)) {
    const unit = unitOf(state, ref)!;
    if (!unit.parked && unit.notBefore && isIdle(unit, now)) times.push(unit.notBefore);
  }
  return times.sort((a, b) => Date.parse(a) - Date.parse(b))[0] ?? null;
}

/** Units that may be carried out, asked for, or are under way: neither parked nor backing off. */
export function dueUnits(state: SagaState, now: string): UnitRef[] {
  return pendingUnits(state).filter((ref) => !isIdle(unitOf(state, ref)!, now));
}

/** Parked, backing off, or a saga of its own has it: nobody carries it out now. */
export function isIdle(unit: UnitState, now: string): boolean {
  const { parked, notBefore } = unit;
  return isWithChild(unit) || parked || (notBefore !== null && Date.parse(notBefore) > Date.parse(now));
}

/** Units without an outcome, in the order in which they go on: forward one action of a branch at most, after what is undone for it. */
export function pendingUnits(state: SagaState): UnitRef[] {
  const refs: UnitRef[] = [];
  // Reactions first: they are short, and nothing waits for them but the end.
  for (const { id, unit } of state.reactions) if (unit) refs.push({ role: 'reaction', name: id });
  const add = (ref: UnitRef, unit: UnitState | null | undefined) => {
    if (isOutstanding(unit)) refs.push(ref);
  };
  // On the way forward only what an alternative has replaced was ever intended to be undone.
  if (state.cause) add({ role: 'closing', name: 'undoing' }, state.closings.undoing);
  const undone = state.steps.filter(({ compensation }) => compensation !== null);
  for (const step of undone.length > 0 ? lastFirst(undone) : undone)
    add({ role: 'compensation', name: step.name }, step.compensation);
  if (!state.cause) {
    // By far the most frequent question, and nearly all steps are behind the saga: nothing is made for those.
    for (const { name, action } of state.steps)
      if (isOutstanding(action)) refs.push({ role: 'action', name });
    return refs;
  }
  add({ role: 'closing', name: 'undone' }, state.closings.undone);
  return refs;
}

/** Whether the unit runs inside a transaction or outside. A registered compensation's kind stands in the journal. */
export function kindOf(definition: SagaDefinition, state: SagaState, ref: UnitRef): 'local' | 'external' {
  if (ref.role === 'closing' || ref.role === 'reaction') return 'local';
  if (ref.role === 'compensation') {
    return state.steps.find((step) => step.name === ref.name)?.undo?.kind ?? 'local';
  }
  return definition.steps.find((step) => step.name === ref.name)?.kind === 'external' ? 'external' : 'local';
}

/** A time at which the saga changes by itself. */
export interface Deadline {
  /** ISO 8601. */
  readonly at: string;
  /** The step that waits for it; null: it is the saga's own. */
  readonly step: string | null;
}

/** The earliest time at which the saga changes by itself; null: there is none. */
export function firstDeadline(state: SagaState): Deadline | null {
  if (state.end || state.cause) return null;
  let first: Deadline | null = null;
  // One that is overdue already waits for a person.
  for (const { name, wait } of openWaits(state))
    if (!wait.error) first = earlier(first, { at: wait.until, step: name });
  // An action under way is let end first; the deadline then acts through the cancel request that the tick left.
  if (state.deadlineAt && !state.pivotPassed && !state.cancel && !state.doneAt)
    first = earlier(first, { at: state.deadlineAt, step: null });
  return first;
}

function earlier(known: Deadline | null, other: Deadline): Deadline {
  return known && Date.parse(known.at) <= Date.parse(other.at) ? known : other;
}
