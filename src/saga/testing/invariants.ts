import { isDeepStrictEqual } from 'node:util';
import type { SagaDefinition } from '../definition/index.js';
import type { Entry } from '../engine/entries.js';
import { fold } from '../engine/evolve.js';
import { instanceRow } from '../engine/instance-row.js';
import { dueUnits, next } from '../engine/next.js';
import { lastFirst } from '../engine/undo-order.js';
import { isLeftOpen, isOpen, isOutstanding, sameUnit, unitOf, type SagaState } from '../engine/state.js';

/** @throws Error when the journal, as it would be stored, does not fold to the state as it would be stored */
export function checkFold(journal: readonly Entry[], state: SagaState): void {
  const folded = fold(JSON.parse(JSON.stringify(journal)) as Entry[]);
  must(isDeepStrictEqual(folded, JSON.parse(JSON.stringify(state))), 'the fold of the journal is the state');
  checkSegment(journal, state);
}

/** What a segment carries is enough: whatever stands before it may be gone. */
function checkSegment(journal: readonly Entry[], state: SagaState): void {
  const segment = JSON.parse(JSON.stringify(journal.slice(state.segment.from - 1))) as Entry[];
  const stored = JSON.parse(JSON.stringify(state)) as SagaState;
  must(isDeepStrictEqual(fold(segment), stored), 'the fold of the last segment is the state');
}

/**
 * What is true of every saga at every moment, whatever has happened to it.
 * @throws Error that names what is broken
 */
export function checkState(
  definition: SagaDefinition,
  journal: readonly Entry[],
  state: SagaState,
  now: string,
): void {
  const stored = JSON.parse(JSON.stringify(journal)) as Entry[];
  must(isDeepStrictEqual(stored, journal), 'entries survive being stored');
  must(isDeepStrictEqual(fold(stored), state), 'the fold of the journal is the state');
  checkSegment(journal, state);
  const row = instanceRow(definition, state, now);
  const owned = row.runnable || row.wakeAt !== null || ['waiting', 'parked', 'paused'].includes(row.status);
  must(state.end !== null || owned, `somebody owns it: ${JSON.stringify(row)}`);
  must(state.end === null || (row.openEffects === 0 && !row.runnable && !row.wakeAt), 'an end is an end');
  must(
    state.end !== null || !['completed', 'compensated'].includes(row.status),
    'only an end looks like one',
  );
  const terminated = state.cause?.type === 'terminated';
  must(!(state.pivotPassed && state.cause) || terminated, 'nothing turns back after the pivot');
  must(!terminated || !state.steps.some(isOpen), 'a termination names all that it leaves');
  must(state.end !== 'compensated' || !terminated, 'what a person ended is not compensated');
  checkEvents(journal);
  const pending = state.steps.some(({ action }) => isOutstanding(action));
  must(!(state.cause && pending), 'nothing goes forward on the way back');
  const held = state.steps.filter(({ action }) => action?.status === 'accepted');
  must(
    held.every(({ undo, planned }) => undo !== null || planned === null),
    'what was accepted is an open effect',
  );
  must(!state.fault || next(definition, state, now).do !== 'execute', 'a faulty saga does nothing');
  const branches = dueUnits(state, now).flatMap(({ role, name }) => {
    const step = definition.steps.find((one) => one.name === name);
    return role === 'action' ? [`${step?.branch?.group} ${step?.branch?.branch}`] : [];
  });
  must(new Set(branches).size === branches.length, 'a branch goes one by one');
  const left = state.steps.some(isLeftOpen);
  must(!(left && pending), 'an alternative begins when what it replaces is undone');
  must(!(left && state.end === 'completed'), 'nothing is left behind');
  checkReactions(definition, state, now);
  const pivots = journal.filter((entry) => 'pivot' in entry && entry.pivot);
  must(pivots.length <= 1, 'there is one point of no return');
}

/** Reactions hold up the end, and nothing else: without them the saga would do the same now. */
function checkReactions(definition: SagaDefinition, state: SagaState, now: string): void {
  must(
    state.end === null || state.reactions.length === 0,
    'no saga ends while something is due for an event',
  );
  must(
    state.fault !== null || state.cause !== null || state.reactions.every(({ unit }) => unit !== null),
    'each reaction has its command, unless its mapping parked the saga',
  );
  if (dueUnits(state, now).some(({ role }) => role === 'reaction')) return;
  const is = next(definition, state, now);
  const without = next(definition, { ...state, reactions: [] }, now);
  must(
    is.do === 'rest' ? without.do === 'rest' : isDeepStrictEqual(is, without),
    'a reaction holds up nothing',
  );
}

/** What the other side has yet to decide is never given up before it was asked once more. */
export function checkGivenUp(before: SagaState, entries: readonly Entry[]): void {
  const byHand = entries.some((entry) => entry.kind === 'turned-back' && entry.cause.type === 'terminated');
  for (const entry of byHand ? [] : entries) {
    if (entry.kind !== 'withdrawn' || unitOf(before, entry.unit)?.status !== 'accepted') continue;
    const { unit } = entry;
    const answers = ['accepted', 'attempt-failed', 'resolved-absent'];
    const heard = entries.some(
      (one) => answers.includes(one.kind) && 'unit' in one && one.unit && sameUnit(one.unit, unit),
    );
    must(heard, 'nothing is given up unasked');
  }
}

/** A wait ends once each time it is begun, and of an event told twice nothing comes the second time. */
function checkEvents(journal: readonly Entry[]): void {
  const open = new Set<string>();
  const taken = new Set<string>();
  const kept = new Set<string>();
  const take = (id: string) => {
    must(!taken.has(id), 'an event is taken in once');
    taken.add(id);
  };
  for (const entry of journal) {
    if (entry.kind === 'waiting') open.add(entry.step);
    else if (entry.kind === 'wait-ended') {
      must(open.delete(entry.step), 'a wait ends once');
      if (entry.eventId !== undefined && !kept.delete(entry.eventId)) take(entry.eventId);
    } else if (entry.kind === 'event-ignored' || entry.kind === 'event-heard') take(entry.id);
    else if (entry.kind === 'event-kept') {
      take(entry.id);
      kept.add(entry.id);
    }
  }
}

/** The latest effect is undone first, unless its compensation has to come after one that is still open. */
export function checkUndoOrder(before: SagaState, entry: Entry): void {
  if (entry.kind !== 'intended' || entry.unit.role !== 'compensation') return;
  must(!before.pivotPassed, 'nothing after the pivot is undone');
  const underWay = dueUnits(before, entry.at).filter(({ role }) => role !== 'reaction');
  must(underWay.length === 0, 'one unit is undone at a time');
  const open = new Set(before.steps.filter(isOpen).map((step) => step.name));
  const order = lastFirst(before.steps);
  const place = order.findIndex(({ name }) => name === entry.unit.name);
  for (const later of order.slice(0, place)) {
    const overtaken = isOpen(later) && later.compensation === null;
    must(!overtaken || later.undo!.after.some((name) => open.has(name)), 'undoing goes in reverse');
  }
}

/** Being held uses up nothing, and what is held is not carried out. */
export function checkHold(before: SagaState, entry: Entry, after: SagaState): void {
  if (entry.kind !== 'held') return;
  const [was, is] = [unitOf(before, entry.unit)!, unitOf(after, entry.unit)!];
  must(is.status === was.status, 'a hold leaves the unit as far as it was');
  must(is.failures === was.failures && is.resolves === was.resolves, 'a hold uses up no attempt');
  must(!dueUnits(after, entry.at).some((ref) => sameUnit(ref, entry.unit)), 'what is held is not due');
}

/** @throws Error when it does not hold */
export function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(`Broken: ${what}`);
}
