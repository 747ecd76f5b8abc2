import { attemptFailed, declaredReaction, settleFailure } from './failures.js';
import { advance } from './forward.js';
import { pendingUnits } from './next.js';
import { unitOf } from './state.js';
import type { Stimulus } from './stimulus.js';
import type { Transition } from './transition.js';

/**
 * A held saga is rung when whom it calls is back. Should nobody ring it, it looks by itself: first after a quarter of
 * an hour or less, then ever more rarely, so that a long outage costs its journal a handful of entries.
 */
const firstLookMs = 15 * 60_000;
const longestLookMs = 4 * 60 * 60_000;

/** Whom the unit calls is out of order: it rests, and uses up neither an attempt nor one of the times it is asked for. */
export function held(t: Transition, stimulus: Extract<Stimulus, { kind: 'held' }>): void {
  const { unit: ref, dependency, error, made } = stimulus;
  const unit = unitOf(t.state, ref);
  if (!unit || unit.parked) return;
  // What the definition says about this very code goes before what is known of whom it calls.
  const declared = declaredReaction(t, ref, error.code);
  if (made && unit.status === 'intended' && declared && declared !== 'retry') {
    return attemptFailed(t, { unit: ref, error, retryAfterMs: null });
  }
  const attempt = made && unit.status === 'intended' ? unit.attempts + 1 : null;
  const until = t.after(lookAfterMs(unit.held?.times ?? 0, t.env.random()));
  // An outage tells the same story in many journals: without its stack.
  t.add({ kind: 'held', unit: ref, dependency, error: { ...error, stack: null }, attempt, until });
  if (unit.status === 'intended') return settleFailure(t, ref, 'retry', error);
  // What may have happened must be known before the saga turns back; while undoing the others go on meanwhile.
  advance(t);
}

/** Rung: whatever is held of the saga is tried now. */
export function released(t: Transition): void {
  if (t.state.end) return;
  for (const ref of pendingUnits(t.state)) {
    const unit = unitOf(t.state, ref);
    if (unit?.held && !unit.parked) t.add({ kind: 'released', unit: ref });
  }
}

/** Spread over half of it, so that those held together do not come back together. */
function lookAfterMs(timesBefore: number, random: number): number {
  return Math.round(Math.min(firstLookMs * 2 ** timesBefore, longestLookMs) * (1 - random / 2));
}
