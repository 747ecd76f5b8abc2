import { defaultAttemptTimeoutMs, type SagaDefinition } from '../definition/index.js';
import { limitsOf } from '../engine/attempt-limits.js';
import type { Entry } from '../engine/entries.js';
import { statusOf } from '../engine/instance-row.js';
import { dueUnits, pendingUnits } from '../engine/next.js';
import { isWithChild, openWaits, unitOf, type SagaState, type UnitRef } from '../engine/state.js';
import type { BreakerState } from '../store/dependency-store.js';
import type { Standstill } from './standstill.dto.js';

/** What the database knows of a saga's standstill beside its journal, read at one instant: `standing-columns.ts`. */
export interface Standing {
  readonly definition: string;
  readonly version: number;
  /** The step that fails; null while nothing does. */
  readonly failedStep: string | null;
  readonly errorCode: string | null;
  /** Since when it fails; null: it does not. */
  readonly attentionSince: Date | null;
  /** When a worker is to look at it; null: one has it, or nothing but an event or a person leads on. */
  readonly wakeAt: Date | null;
  readonly updatedAt: Date;
  /** The worker that has it; null: nobody has, or needs to. */
  readonly owner: string | null;
  /** When its owner's lease runs out, or ran out; null: it has no owner, or one that is gone. */
  readonly ownedUntil: Date | null;
  /** Workers with a live lease. */
  readonly workers: number;
  /** Those of them that know its version. */
  readonly serving: number;
  /** Of the dependency that it is held for; null: it is not held. */
  readonly breaker: StandingBreaker | null;
  /** The database's clock. */
  readonly now: Date;
}

/** As JSON has it: times are text. */
export interface StandingBreaker {
  readonly name: string;
  readonly state: BreakerState;
  readonly since: string | null;
  readonly code: string | null;
  readonly probeAt: string | null;
  readonly heldBy: string | null;
  readonly reason: string | null;
}

/** What is due is taken within a lookout or two; what an attempt ended with is recorded as soon. */
const usuallyWithinMs = 10_000;

/**
 * Why a saga does not go on now, by which expectation; null: it does, or has ended. Pure. A step is expected to take as
 * long as one attempt of it may, and what is due to be taken up within seconds.
 *
 * @param definition null when this build does not know it
 * @param journal the entries that `state` was folded from
 */
export function standstillOf(
  definition: SagaDefinition | null,
  state: SagaState,
  journal: readonly Entry[],
  standing: Standing,
): Standstill | null {
  if (state.end) return null;
  if (state.paused) return paused(journal, standing);
  if (statusOf(state) === 'parked') return parked(journal, standing);
  if (standing.owner !== null) return owned(definition, state, standing);
  const { wakeAt, now, serving } = standing;
  if (wakeAt && wakeAt <= now && (serving === 0 || +now - +wakeAt > usuallyWithinMs)) {
    return untaken(standing, wakeAt);
  }
  return held(state, standing) ?? backingOff(state, standing) ?? waiting(state, standing) ?? unread(standing);
}

function paused(journal: readonly Entry[], { updatedAt }: Standing): Standstill {
  const entry = journal.findLast(({ kind }) => kind === 'paused');
  // Paused in an earlier segment: who it was stands in the audit.
  const [by, why] = entry?.kind === 'paused' ? [entry.by, `: ${entry.reason}`] : ['an operator', ''];
  const since = entry?.at ?? iso(updatedAt);
  return { kind: 'paused', since, until: null, code: null, reason: `Paused by ${by} since ${since}${why}` };
}

function parked(journal: readonly Entry[], standing: Standing): Standstill {
  const { failedStep, errorCode: code, attentionSince, updatedAt } = standing;
  const since = journal.findLast(({ kind }) => kind === 'parked')?.at ?? iso(attentionSince ?? updatedAt);
  const where = failedStep === null ? '' : ` at ${failedStep}`;
  const reason = `Parked since ${since}${where} with ${code ?? 'no code'}; a person goes on.`;
  return { kind: 'parked', since, until: null, code, reason };
}

function owned(definition: SagaDefinition | null, state: SagaState, standing: Standing): Standstill | null {
  const { owner, ownedUntil, updatedAt, now } = standing;
  if (!ownedUntil || ownedUntil <= now) {
    const since = iso(ownedUntil ?? updatedAt);
    const takers = standing.serving > 0 ? 'another worker takes it over' : nobodyServes(standing);
    const reason = `The lease of its owner ${owner} has run out: ${takers}.`;
    return { kind: 'lease-expired', since, until: null, code: null, reason };
  }
  const due = dueUnits(state, iso(now));
  const begun = Math.max(
    +updatedAt,
    ...due.map((ref) => Date.parse(unitOf(state, ref)?.notBefore ?? '') || 0),
  );
  const allowedMs = Math.max(0, ...due.map((ref) => timeoutOf(definition, ref))) || defaultAttemptTimeoutMs;
  if (+now - begun <= allowedMs + usuallyWithinMs) return null;
  const since = iso(new Date(begun));
  const what = due.map(({ name }) => name).join(', ') || 'it';
  const reason = `${owner} has been at ${what} since ${since}; an attempt may take ${allowedMs / 1_000} s.`;
  return { kind: 'slow', since, until: null, code: standing.errorCode, reason };
}

function untaken(standing: Standing, wakeAt: Date): Standstill {
  const { serving, errorCode: code } = standing;
  const since = iso(wakeAt);
  const why =
    serving > 0
      ? `none of the ${serving} that serve ${versionOf(standing)} takes it; they may be full`
      : nobodyServes(standing);
  return { kind: 'no-worker', since, until: null, code, reason: `Due since ${since}: ${why}.` };
}

function held(state: SagaState, standing: Standing): Standstill | null {
  const { breaker, errorCode, attentionSince, updatedAt } = standing;
  for (const ref of pendingUnits(state)) {
    const { held: hold, notBefore, parked: isParked } = unitOf(state, ref)!;
    if (!hold || isParked) continue;
    const until = breaker?.state === 'open' ? timeOf(breaker.probeAt) : notBefore;
    const since = iso(attentionSince ?? updatedAt);
    const reason = `Held at ${ref.name}: ${stateOf(hold.dependency, breaker)}`;
    return { kind: 'held', since, until, code: breaker?.code ?? errorCode, reason };
  }
  return null;
}

function stateOf(dependency: string, breaker: StandingBreaker | null): string {
  if (!breaker || breaker.state === 'closed')
    return `${dependency} is back, and what was held is let go in turn.`;
  const since = timeOf(breaker.since);
  if (breaker.state === 'held')
    return `${breaker.heldBy} holds ${dependency} since ${since}: ${breaker.reason}`;
  const next =
    breaker.state === 'open' ? `the next probe is at ${timeOf(breaker.probeAt)}` : 'a probe is under way';
  return `the breaker of ${dependency} is open since ${since} with ${breaker.code ?? 'no code'}; ${next}.`;
}

function backingOff(state: SagaState, { now, attentionSince, updatedAt }: Standing): Standstill | null {
  const tries = pendingUnits(state).flatMap((ref) => {
    const unit = unitOf(state, ref)!;
    const until = unit.notBefore;
    if (until === null || Date.parse(until) <= +now || unit.parked || unit.status === 'accepted') return [];
    return [{ ref, unit, until }];
  });
  const [first] = tries.sort((a, b) => Date.parse(a.until) - Date.parse(b.until));
  if (!first) return null;
  const { ref, unit, until } = first;
  const code = unit.error ? (unit.error.code ?? 'SAGA.UNCLASSIFIED') : null;
  const reason =
    unit.status === 'unknown'
      ? `Nobody knows what became of ${ref.name}; the other side is asked again at ${until}.`
      : `Backs off at ${ref.name} until ${until} after ${code ?? 'a failure'}, attempt ${unit.attempts}.`;
  return { kind: 'backing-off', since: iso(attentionSince ?? updatedAt), until, code, reason };
}

function waiting(state: SagaState, { updatedAt }: Standing): Standstill | null {
  const waits = openWaits(state).map(({ name, wait }) => ({
    since: wait.startedAt,
    until: wait.until,
    reason: `Waits at ${name} for ${wait.for.join(' or ') || 'its time'} until ${wait.until}.`,
  }));
  const others = pendingUnits(state).flatMap((ref) => {
    const unit = unitOf(state, ref)!;
    if (unit.status !== 'accepted' || unit.parked) return [];
    const { startedAt: since, confirmBy: until } = unit;
    const reason = isWithChild(unit)
      ? `Waits for the saga ${unit.reference}, which ${ref.name} has started.`
      : `Waits until ${until} for the other side to confirm ${ref.name}.`;
    return [{ since, until, reason }];
  });
  const [first] = [...waits, ...others];
  if (first) return { kind: 'waiting', ...first, code: null };
  if (state.doneAt === null) return null;
  const reason = `It is done, and waits for the verdict of its parent ${state.parent?.sagaId ?? ''}.`;
  return { kind: 'waiting', since: iso(updatedAt), until: null, code: null, reason };
}

/** Nothing of it rests, and yet it does: whoever took it up gave it back, for it could not read the journal. */
function unread({ wakeAt, updatedAt, now, errorCode: code }: Standing): Standstill | null {
  if (!wakeAt || wakeAt <= now) return null;
  const until = iso(wakeAt);
  const reason = `A worker gave it back, perhaps because its build cannot read the journal; tried again at ${until}.`;
  return { kind: 'no-worker', since: iso(updatedAt), until, code, reason };
}

function nobodyServes({ workers, ...standing }: Standing): string {
  return workers === 0
    ? 'no worker has a live lease'
    : `none of the ${workers} workers that live serves ${versionOf(standing)}`;
}

function versionOf({ definition, version }: Pick<Standing, 'definition' | 'version'>): string {
  return `${definition} v${version}`;
}

function timeoutOf(definition: SagaDefinition | null, ref: UnitRef): number {
  return definition ? limitsOf(definition, ref).attemptTimeoutMs : defaultAttemptTimeoutMs;
}

/** PostgreSQL writes times in JSON in a form of its own. */
function timeOf(text: string | null): string | null {
  return text === null ? null : iso(new Date(text));
}

function iso(time: Date): string {
  return time.toISOString();
}
