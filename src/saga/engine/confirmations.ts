import { isAboutChild } from '../definition/index.js';
import { giveUp } from './divert.js';
import { engineError } from './errors.js';
import { outcomeUnknown } from './failures.js';
import { stopAsAsked } from './forward.js';
import { pendingUnits } from './next.js';
import {
  attemptsAtEnd,
  isAskedFor,
  unitOf,
  type StoredError,
  type UnitRef,
  type UnitState,
} from './state.js';
import type { Transition } from './transition.js';

/**
 * The other side has it and has yet to decide: the saga rests until it says that there is news, or until it is time
 * to ask. Nothing is given up here without this answer having been heard just now.
 */
export function accepted(t: Transition, ref: UnitRef, error: StoredError): void {
  const unit = unitOf(t.state, ref)!;
  if (isAboutChild(unit.command)) {
    return t.add({ kind: 'accepted', unit: ref, attempt: attemptsAtEnd(unit), until: null, askAt: null });
  }
  const confirmed = ref.role === 'action' ? t.stepDefinition(ref.name).confirmed : null;
  if (!confirmed) return outcomeUnknown(t, ref, error);
  const until = unit.confirmBy ?? t.after(confirmed.withinMs);
  const askAt = earlier(until, t.after(hurry(unit) ?? confirmed.askEveryMs));
  t.add({ kind: 'accepted', unit: ref, attempt: attemptsAtEnd(unit), until, askAt });
  // It is still open, so that what undoes it makes it ineffective: nobody waits for the other side's days.
  if (t.state.cancel && !t.state.pivotPassed) return stopAsAsked(t, { ended: ref });
  if (!t.isPast(until)) return;
  const { then, code, message } = confirmed.overdue;
  if (then === 'turn-back' && !t.state.pivotPassed)
    return giveUp(t, 'deadline', ref.name, engineError(code, message));
  t.add({ kind: 'parked', unit: ref, error: engineError(code, message) });
}

/**
 * News may be newer than the answer that it crossed, and reach us before all of the other side knows of it: after a
 * notice the unit is asked for again, at first at once, in milliseconds.
 */
const hurried = [0, 1_000, 2_000, 4_000, 8_000, 16_000];

/** Milliseconds until it is asked again because of a notice; null: none, or it was heeded long enough. */
function hurry({ sinceNotice }: UnitState): number | null {
  return sinceNotice === null ? null : (hurried[sinceNotice] ?? null);
}

/**
 * The other side says that there is news. Of what is under way it is remembered, so that an answer which crossed it
 * is not believed; what nobody waits for any more is let be.
 */
export function noticed(t: Transition, reference: string, by: string): void {
  if (t.state.end) return;
  for (const ref of pendingUnits(t.state)) {
    const unit = unitOf(t.state, ref)!;
    if (unit.reference !== reference) continue;
    const rests = isAskedFor(unit) && !unit.suspect && (unit.parked || unit.notBefore !== null);
    if (unit.sinceNotice !== 0 || rests) t.add({ kind: 'noticed', unit: ref, by });
  }
}

function earlier(a: string, b: string): string {
  return Date.parse(a) <= Date.parse(b) ? a : b;
}
