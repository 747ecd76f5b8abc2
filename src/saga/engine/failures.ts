import {
  defaultAskEveryMs,
  defaultRetryPolicy,
  namesCode,
  retryDelayMs,
  type FailureInfo,
  type Reaction,
  type RetryPolicy,
} from '../definition/index.js';
import { giveUp } from './divert.js';
import { engineError } from './errors.js';
import { advance, stopAsAsked } from './forward.js';
import { dueUnits, kindOf } from './next.js';
import { reactionOf } from './reactions.js';
import { attemptsAtEnd, unitOf, type StoredError, type UnitRef, type UnitState } from './state.js';
import type { Transition } from './transition.js';

/** Times the outside is asked what became of a call before a person is asked: some ten minutes. */
export const resolveBudget = 14;

/** Workers that one unit may take with it before it is parked. Over the first one it only becomes a suspect. */
export const crashBudget = 10;

/** The attempt ended without an effect. */
export function attemptFailed(
  t: Transition,
  failure: { unit: UnitRef; error: StoredError; retryAfterMs: number | null },
): void {
  const { unit: ref, error, retryAfterMs } = failure;
  const unit = required(t, ref);
  const policy = policyOf(t, ref);
  const attempt = unit.attempts + 1;
  const info: FailureInfo = { code: error.code, message: error.message, retryAfterMs };
  const reaction = react(t, ref, unit, error);
  const retryAt =
    reaction === 'retry' ? t.after(retryDelayMs(policy, unit.failures + 1, info, t.env.random())) : null;
  t.add({ kind: 'attempt-failed', unit: ref, attempt, error, retryAt });
  settleFailure(t, ref, reaction, error);
}

/** Nobody knows what became of the attempt: it is asked for, at first at once. */
export function outcomeUnknown(t: Transition, ref: UnitRef, error: StoredError, resolveAt = t.env.now): void {
  const unit = required(t, ref);
  // Still unknown, as when the answer to asking could not be stored: asked again later, and not for ever.
  if (unit.status === 'unknown') return resolveFailed(t, ref, error);
  t.add({ kind: 'outcome-unknown', unit: ref, attempt: attemptsAtEnd(unit), error, resolveAt });
}

/** The outside cannot say now. */
export function resolveFailed(t: Transition, ref: UnitRef, error: StoredError): void {
  const unit = required(t, ref);
  const info: FailureInfo = { code: error.code, message: error.message, retryAfterMs: null };
  // The engine's own pace: a definition may say that a call is not to be repeated, but asking harms nobody.
  const hasTime = unit.status === 'accepted' && unit.confirmBy !== null && !t.isPast(unit.confirmBy);
  const pace = hasTime ? unhurried(t, ref) : defaultRetryPolicy;
  const delay = retryDelayMs(pace, unit.resolves + 1, info, t.env.random());
  t.add({ kind: 'resolve-failed', unit: ref, error, resolveAt: t.after(delay) });
  if (!hasTime && unit.resolves + 1 >= resolveBudget) t.add({ kind: 'parked', unit: ref, error });
  advance(t);
}

/** What was accepted may take its time, so that an outage meanwhile is no person's business: asked ever more rarely. */
function unhurried(t: Transition, ref: UnitRef): RetryPolicy {
  const maxMs = t.stepDefinition(ref.name).confirmed?.askEveryMs ?? defaultAskEveryMs;
  const backoff = { kind: 'exponential', initialMs: 1_000, coefficient: 2, maxMs } as const;
  return { ...defaultRetryPolicy, backoff };
}

/** Why the outcome of a call may be unknown through no fault of the other side: its worker went. It is asked for. */
export const ownFaults: ReadonlySet<string> = new Set(['SAGA.LEASE_LOST', 'SAGA.DRAINING']);

/** The outside has no trace of it: repeated under its policy, unless the saga is to turn back or it must not be. */
export function resolvedAbsent(t: Transition, ref: UnitRef, mayRepeat: boolean): void {
  const unit = required(t, ref);
  const policy = policyOf(t, ref);
  const error =
    unit.error ??
    engineError('SAGA.NO_TRACE', 'The other side has no trace of the call, and its answer was lost.');
  if (mayRepeat && ownFaults.has(error.code ?? '')) {
    // The request never left because its worker went; that is no failure of the other side, and no attempt of its budget.
    t.add({ kind: 'resolved-absent', unit: ref, retryAt: null, counts: false });
    return settleFailure(t, ref, 'retry', error);
  }
  const reaction = mayRepeat ? react(t, ref, unit, error) : 'park';
  const info: FailureInfo = { code: error.code, message: error.message, retryAfterMs: null };
  const retryAt =
    reaction === 'retry' ? t.after(retryDelayMs(policy, unit.failures + 1, info, t.env.random())) : null;
  t.add({ kind: 'resolved-absent', unit: ref, retryAt });
  const why = mayRepeat
    ? error
    : engineError(
        'SAGA.KEY_EXPIRED',
        'The other side has no trace of the call and may have forgotten its key: only a person may repeat it.',
      );
  settleFailure(t, ref, reaction, why);
}

/**
 * The owner is gone. What was external may have been sent; what was local was rolled back with it. All that was due
 * is looked at: the journal does not say which of it was under way, nor whether the saga was paused meanwhile.
 */
export function leaseLost(t: Transition, crashed: boolean): void {
  if (t.state.end) return;
  for (const ref of dueUnits(t.state, t.env.now)) {
    const unit = required(t, ref);
    const retryAt = crashed && unit.begun ? afterCrashes(t, unit.crashes + 1) : null;
    if (crashed) t.add({ kind: 'lease-lost', unit: ref, retryAt });
    if (unit.status === 'intended' && kindOf(t.definition, t.state, ref) === 'external') {
      const error = engineError('SAGA.LEASE_LOST', 'The worker was lost after the call may have been sent.');
      outcomeUnknown(t, ref, error, retryAt ?? t.env.now);
    }
    if (!crashed || !unit.begun || unit.crashes + 2 < crashBudget) continue;
    const error = engineError('SAGA.CRASH_LOOP', `${crashBudget} workers were lost while they ran this.`);
    t.add({ kind: 'parked', unit: ref, error });
  }
  advance(t);
}

/**
 * One that was being tried when its worker was lost waits, longer each time. The guilty takes fewer workers with it; and
 * one that only happened to be tried in a storm of restarts is not tried ten times before the storm is over.
 */
function afterCrashes(t: Transition, crashes: number): string {
  const info: FailureInfo = { code: 'SAGA.LEASE_LOST', message: '', retryAfterMs: null };
  return t.after(retryDelayMs(defaultRetryPolicy, crashes, info, t.env.random()));
}

function react(t: Transition, ref: UnitRef, unit: UnitState, error: StoredError): Reaction {
  const declared = declaredReaction(t, ref, error.code);
  if (declared && declared !== 'retry') return declared;
  const policy = policyOf(t, ref);
  return unit.failures + 1 >= policy.maxAttempts ? policy.whenExhausted : 'retry';
}

/**
 * What the definition says about this very code; null: nothing. An alternative that names it makes the failure final by
 * that, unless it is declared to be retried.
 */
export function declaredReaction(t: Transition, ref: UnitRef, code: string | null): Reaction | null {
  if (code === null) return null;
  const { reactions } = policyOf(t, ref);
  if (Object.hasOwn(reactions, code)) return reactions[code] ?? null;
  return ref.role === 'action' && namesCode(t.definition, ref.name, code) ? 'compensate' : null;
}

/** What follows a failure that is recorded: back-off, the way back, or a person. */
export function settleFailure(t: Transition, ref: UnitRef, reaction: Reaction, error: StoredError): void {
  const mayTurnBack = ref.role === 'action' && !t.state.pivotPassed;
  if (mayTurnBack && t.state.cancel) return stopAsAsked(t, { ended: ref });
  if (mayTurnBack && reaction === 'compensate') return giveUp(t, 'failed', ref.name, error);
  if (reaction !== 'retry') t.add({ kind: 'parked', unit: ref, error });
  advance(t);
}

/** The retry policy that the definition gives a unit. */
export function policyOf(t: Transition, ref: UnitRef): RetryPolicy {
  if (ref.role === 'closing') return t.closing(ref.name)?.retry ?? defaultRetryPolicy;
  if (ref.role === 'compensation') return t.compensationOf(ref.name)?.retry ?? defaultRetryPolicy;
  if (ref.role === 'reaction') return reactionOf(t.definition, t.state, ref)?.retry ?? defaultRetryPolicy;
  return t.stepDefinition(ref.name).retry;
}

function required(t: Transition, ref: UnitRef): UnitState {
  const unit = unitOf(t.state, ref);
  if (!unit) throw new Error(`Saga ${t.state.id} has no ${ref.role} "${ref.name}".`);
  return unit;
}
