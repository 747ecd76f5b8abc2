import type { SagaDefinition } from '../definition/index.js';
import type { Assigned } from '../rollout/subject.js';
import { hearChild, hearVerdict } from './children.js';
import { accepted, noticed } from './confirmations.js';
import type { Entry } from './entries.js';
import { giveUp } from './divert.js';
import { hear, hearKept } from './events.js';
import { attemptFailed, leaseLost, outcomeUnknown, resolvedAbsent, resolveFailed } from './failures.js';
import { advance, askToTurnBack, currentIndex } from './forward.js';
import { held, released } from './holds.js';
import { move } from './move.js';
import { dueUnits, firstDeadline, isIdle, pendingUnits } from './next.js';
import { intendReactions } from './reactions.js';
import { rollOverIfLong, rollOverIfOld } from './rollover.js';
import { skip } from './skip.js';
import {
  isAskedFor,
  isOutstanding,
  isWithChild,
  openWaits,
  unitOf,
  type CancelRequest,
  type ParentRef,
  type SagaState,
  type StoredError,
  type UnitRef,
} from './state.js';
import { StimulusRefused, type Env, type Heard, type Stimulus } from './stimulus.js';
import { succeed } from './succeed.js';
import { terminate } from './terminate.js';
import { Transition } from './transition.js';
import { endByTime, waitAgain } from './waiting.js';

/** What happened, as journal entries, and the state they lead to. No entries: the stimulus was stale or changes nothing. */
export interface Decision {
  readonly entries: readonly Entry[];
  readonly state: SagaState;
  /** What became of an event from outside; null: the stimulus was none. */
  readonly heard: Heard | null;
}

/** The first entries of a saga. */
export function begin(
  definition: SagaDefinition,
  saga: {
    id: string;
    correlationId: string;
    input: unknown;
    parent?: ParentRef;
    verdict?: 'keep';
    assigned?: Assigned;
    traceparent?: string;
  },
  env: Env,
): { started: Entry; deadlineAt: string | null } {
  const deadlineAt =
    definition.deadlineMs === null
      ? null
      : new Date(Date.parse(env.now) + definition.deadlineMs).toISOString();
  const { name, version } = definition;
  return {
    started: { at: env.now, kind: 'started', ...saga, definition: name, version, deadlineAt },
    deadlineAt,
  };
}

/**
 * The transition function: pure, without I/O. `(definition, state, stimulus) → entries`; the entries folded onto
 * the state give the new one, and `next` of it says what to do.
 *
 * @throws StimulusRefused when a person's or a client's request does not apply to the saga as it is
 * @throws what the mapping of a local action's compensation throws: its effect must then not be committed
 */
export function decide(definition: SagaDefinition, state: SagaState, stimulus: Stimulus, env: Env): Decision {
  const t = new Transition(definition, state, env);
  apply(t, stimulus);
  hearKept(t);
  rollOverIfLong(t);
  return { entries: t.entries, state: t.state, heard: t.heard };
}

/** Goes on from a state that nothing stimulated: right after the start. */
export function proceed(definition: SagaDefinition, state: SagaState, env: Env): Decision {
  const t = new Transition(definition, state, env);
  advance(t);
  rollOverIfLong(t);
  return { entries: t.entries, state: t.state, heard: null };
}

function apply(t: Transition, stimulus: Stimulus): void {
  switch (stimulus.kind) {
    case 'outcome':
      if (isPending(t, stimulus.unit)) succeed(t, stimulus.unit, stimulus.event, stimulus.result);
      return;
    case 'rejection':
      if (isPending(t, stimulus.unit)) reject(t, stimulus.unit, stimulus.error);
      return;
    case 'attempt-failed':
      if (isPending(t, stimulus.unit)) failed(t, stimulus);
      return;
    case 'unknown':
      if (isPending(t, stimulus.unit)) outcomeUnknown(t, stimulus.unit, stimulus.error);
      return;
    case 'accepted':
      if (isPending(t, stimulus.unit)) accepted(t, stimulus.unit, stimulus.error);
      return;
    case 'notice':
      return noticed(t, stimulus.reference, stimulus.by);
    case 'absent':
      if (isPending(t, stimulus.unit)) resolvedAbsent(t, stimulus.unit, stimulus.mayRepeat);
      return;
    case 'resolve-failed':
      if (isPending(t, stimulus.unit)) resolveFailed(t, stimulus.unit, stimulus.error);
      return;
    case 'held':
      if (isPending(t, stimulus.unit)) held(t, stimulus);
      return;
    case 'released':
      return released(t);
    case 'lease-lost':
      return leaseLost(t, stimulus.crashed ?? true);
    case 'begin':
      if (isPending(t, stimulus.unit)) t.add({ kind: 'begun', unit: stimulus.unit });
      return;
    case 'mapping-failed':
      return mappingFailed(t, stimulus.error);
    case 'tick':
      return tick(t, t.env.now);
    case 'roll-over':
      return rollOverIfOld(t);
    case 'event':
      // The deadline that was over when it came goes first, even if nobody was there to see it pass.
      tick(t, stimulus.at);
      t.heard = hear(t, stimulus);
      return;
    case 'cancel':
      return cancel(t, stimulus);
    case 'retry':
      return retry(t, stimulus.by, stimulus.reason);
    case 'child-news':
      return hearChild(t, stimulus);
    case 'verdict':
      return hearVerdict(t, stimulus.verdict, stimulus.owned);
    case 'pause':
    case 'resume':
      return pause(t, stimulus);
    case 'skip':
      return skip(t, stimulus);
    case 'terminate':
      return terminate(t, stimulus);
    case 'move':
      return move(t, stimulus);
  }
}

/** A late or repeated outcome of something that has ended changes nothing. */
function isPending(t: Transition, ref: UnitRef): boolean {
  return t.state.end === null && isOutstanding(unitOf(t.state, ref));
}

/** What may have been sent is asked for before anything else; what is being asked for stays what it is. */
function failed(t: Transition, failure: Extract<Stimulus, { kind: 'attempt-failed' }>): void {
  const { unit, error, sent } = failure;
  if (sent || isAskedFor(unitOf(t.state, unit))) return outcomeUnknown(t, unit, error);
  attemptFailed(t, failure);
}

/** While undoing, and of a reaction, it stops only the unit that was to be carried out: the others still do what they can. */
function mappingFailed(t: Transition, error: StoredError): void {
  if (t.state.end) return;
  const [due = null] = t.state.fault ? [] : dueUnits(t.state, t.env.now);
  const isApart = due?.role === 'compensation' || due?.role === 'reaction';
  const unit = t.state.cause || isApart ? due : null;
  t.add({ kind: 'parked', unit, error });
  if (unit) advance(t);
}

function reject(t: Transition, ref: UnitRef, error: StoredError): void {
  const mayBeRejected = ref.role === 'action' && t.stepDefinition(ref.name).action?.rejects !== null;
  // After the pivot and on the way back there is no no: it is a failure like any other, retried and then parked.
  if (!mayBeRejected || t.state.pivotPassed) {
    return attemptFailed(t, { unit: ref, error, retryAfterMs: null });
  }
  const event = t.stepDefinition(ref.name).action?.rejects?.wireName ?? null;
  t.add({ kind: 'rejected', unit: ref, event, error });
  giveUp(t, 'rejected', ref.name, error);
}

/** Time decides: whatever was due by then happens now, the earliest first. @param by ISO 8601 */
function tick(t: Transition, by: string): void {
  for (let due = firstDeadline(t.state); due && !t.state.paused; due = firstDeadline(t.state)) {
    if (Date.parse(due.at) > Date.parse(by)) return;
    if (due.step !== null) endByTime(t, due.step);
    else {
      const reason = 'The order was not done in time.';
      request(t, { by: 'engine', reason, code: 'SAGA.DEADLINE', type: 'deadline' });
    }
  }
}

function cancel(t: Transition, asked: Extract<Stimulus, { kind: 'cancel' }>): void {
  if (t.state.cause || t.state.cancel) return;
  if (t.state.end || t.state.pivotPassed) {
    throw new StimulusRefused('SAGA.TOO_LATE', 'The saga has passed its point of no return.');
  }
  if (t.state.doneAt !== null) {
    throw new StimulusRefused('SAGA.TOO_LATE', 'It is done, and the saga that started it decides about it.');
  }
  const { by, reason, code, type, owned = false } = asked;
  request(t, { by, reason, code, type }, owned);
}

function request(t: Transition, asked: Omit<CancelRequest, 'step'>, owned = false): void {
  askToTurnBack(t, { step: t.definition.steps[currentIndex(t)]!.name, ...asked }, { owned });
}

function retry(t: Transition, by: string, reason: string): void {
  if (t.state.end) throw new StimulusRefused('SAGA.ENDED', `The saga has ended: ${t.state.end}.`);
  const stuck = pendingUnits(t.state).filter((ref) => {
    const unit = unitOf(t.state, ref)!;
    return isIdle(unit, t.env.now) && !isWithChild(unit);
  });
  const overdue = openWaits(t.state).filter(({ wait }) => wait.error !== null);
  if (stuck.length === 0 && overdue.length === 0 && !t.state.fault) {
    throw new StimulusRefused('SAGA.NOT_STUCK', 'Nothing of this saga is parked or backing off.');
  }
  const faulty = t.state.fault !== null;
  for (const unit of stuck) t.add({ kind: 'retried', unit, by, reason });
  for (const { name } of overdue) waitAgain(t, name, by, reason);
  if (faulty) {
    t.add({ kind: 'retried', unit: null, by, reason });
    intendReactions(t);
    advance(t);
  }
}

function pause(t: Transition, stimulus: Extract<Stimulus, { kind: 'retry' | 'pause' | 'resume' }>): void {
  if (t.state.end) throw new StimulusRefused('SAGA.ENDED', `The saga has ended: ${t.state.end}.`);
  const pausing = stimulus.kind === 'pause';
  if (t.state.paused === pausing) {
    throw new StimulusRefused(
      'SAGA.NOT_PAUSED',
      pausing ? 'The saga is paused already.' : 'The saga is not paused.',
    );
  }
  t.add({ kind: pausing ? 'paused' : 'resumed', by: stimulus.by, reason: stimulus.reason });
}
