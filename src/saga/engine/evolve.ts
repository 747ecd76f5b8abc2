import { continuedAt, continuedFrom } from './carried-state.js';
import type { Entry } from './entries.js';
import { reactionDue, reactionEnded } from './reaction-changes.js';
import { beginState, changeStep, changeUnit, newUnit, putUnit, sent, unsuspected } from './state-changes.js';
import { changeWait, eventHeard, eventKept, waitBegun, waitEnded } from './wait-changes.js';
import { attemptsAtEnd, isAskedFor, unitOf, type SagaState } from './state.js';

/**
 * Folds a journal, or what there is of it from the beginning of a segment on; what stands before that is passed over.
 * @throws Error when neither the saga nor a segment begins in it
 */
export function fold(entries: readonly Entry[]): SagaState {
  const place = entries.findIndex(({ kind }) => kind === 'started' || kind === 'continued');
  const first = entries[place];
  if (first?.kind !== 'continued' && (first?.kind !== 'started' || place > 0))
    throw new Error('A journal begins with "started", a segment of it with "continued".');
  const begun =
    first.kind === 'continued' ? continuedAt(first) : beginState({ ...first, startedAt: first.at });
  return entries.slice(place + 1).reduce(evolve, begun);
}

/** One entry more. Pure, total, and independent of any definition. */
export function evolve(state: SagaState, entry: Entry): SagaState {
  const moved = noLongerHeld(apply(state, entry), entry);
  // A copy of nobody else's yet, unless the entry says nothing that the state shows.
  const next: Mutable<SagaState> = moved === state ? { ...state } : moved;
  next.updatedAt = entry.at;
  next.length = state.length + 1;
  return next;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const leavesHold: ReadonlySet<Entry['kind']> = new Set(['held', 'lease-lost', 'begun', 'noticed']);

/** Whatever else happens to a unit ends its hold, but for what only concerns its worker, and news that it waits for. */
function noLongerHeld(state: SagaState, entry: Entry): SagaState {
  if (!('unit' in entry) || entry.unit === null) return state;
  if (leavesHold.has(entry.kind)) return state;
  return unitOf(state, entry.unit)?.held
    ? changeUnit(state, entry.unit, (unit) => ({ ...unit, held: null }))
    : state;
}

function apply(state: SagaState, entry: Entry): SagaState {
  switch (entry.kind) {
    case 'started':
      throw new Error('A saga starts once.');
    case 'intended': {
      const unit = newUnit(entry.command, entry.input, entry.reference, entry.at);
      const intended = putUnit(state, entry.unit, unit);
      // Null for a compensation: it must not erase what its action registered.
      return entry.unit.role === 'action'
        ? changeStep(intended, entry.unit.name, (step) => ({ ...step, undo: null, planned: entry.undo }))
        : intended;
    }
    case 'succeeded': {
      if (entry.unit.role === 'reaction') return reactionEnded(state, entry.unit.name);
      const done = changeUnit(state, entry.unit, (unit) => ({
        ...unit,
        status: 'succeeded',
        result: entry.result,
        attempts: attemptsAtEnd(unit),
        parked: false,
        notBefore: null,
        finishedAt: entry.at,
      }));
      const registered =
        entry.unit.role === 'action'
          ? changeStep(done, entry.unit.name, (step) => ({ ...step, undo: entry.undo, planned: null }))
          : done;
      return { ...registered, pivotPassed: state.pivotPassed || entry.pivot };
    }
    case 'rejected': {
      const refused = changeUnit(state, entry.unit, (unit) => ({
        ...unit,
        status: 'rejected',
        error: entry.error,
        attempts: attemptsAtEnd(unit),
        parked: false,
        notBefore: null,
        finishedAt: entry.at,
      }));
      // An earlier attempt that was sent may still land after this no: its undo stays registered.
      return changeStep(refused, entry.unit.name, (step) => ({ ...step, planned: null }));
    }
    case 'attempt-failed':
      return changeUnit(state, entry.unit, (unit) => ({
        ...unit,
        status: 'intended',
        error: entry.error,
        failures: unit.failures + 1,
        attempts: unit.attempts + 1,
        ...unsuspected,
        notBefore: entry.retryAt,
      }));
    case 'outcome-unknown':
      return sent(
        changeUnit(state, entry.unit, (unit) => ({
          ...unit,
          status: 'unknown',
          error: entry.error,
          attempts: attemptsAtEnd(unit),
          notBefore: entry.resolveAt,
        })),
        entry.unit,
      );
    case 'accepted':
      return sent(
        changeUnit(state, entry.unit, (unit) => ({
          ...unit,
          status: 'accepted',
          error: null,
          attempts: entry.attempt,
          resolves: 0,
          ...unsuspected,
          confirmBy: entry.until,
          sinceNotice: unit.sinceNotice === null ? null : unit.sinceNotice + 1,
          parked: false,
          notBefore: entry.askAt,
        })),
        entry.unit,
      );
    case 'noticed':
      return changeUnit(state, entry.unit, (unit) => ({
        ...unit,
        sinceNotice: 0,
        // No budget is given back, and one that is over lost workers keeps its distance.
        ...(isAskedFor(unit) && !unit.suspect ? { notBefore: null, held: null, parked: false } : {}),
      }));
    case 'resolve-failed':
      return changeUnit(state, entry.unit, (unit) => ({
        ...unit,
        error: entry.error,
        resolves: unit.resolves + 1,
        ...unsuspected,
        notBefore: entry.resolveAt,
      }));
    case 'resolved-absent':
      return changeUnit(state, entry.unit, (unit) => ({
        ...unit,
        status: 'intended',
        failures: unit.failures + (entry.counts === false ? 0 : 1),
        resolves: 0,
        // That it has no trace tells nothing about what it does to its worker.
        ...(entry.counts === false ? { begun: false } : unsuspected),
        notBefore: entry.retryAt,
      }));
    case 'held':
      return changeUnit(state, entry.unit, (unit) => ({
        ...unit,
        held: {
          dependency: entry.dependency,
          error: entry.error,
          times: (unit.held?.times ?? 0) + 1,
        },
        // Not tried: that tells nothing about what it does to its worker.
        ...(entry.attempt === null ? { begun: false } : { ...unsuspected, attempts: entry.attempt }),
        notBefore: entry.until,
      }));
    case 'released':
      return changeUnit(state, entry.unit, (unit) => ({ ...unit, notBefore: null }));
    case 'lease-lost':
      return changeUnit(state, entry.unit, (unit) => ({
        ...unit,
        suspect: true,
        begun: false,
        crashes: unit.crashes + (unit.begun ? 1 : 0),
        notBefore: entry.retryAt ?? unit.notBefore,
      }));
    case 'begun':
      return changeUnit(state, entry.unit, (unit) => ({ ...unit, begun: true }));
    case 'withdrawn': {
      if (entry.unit.role === 'reaction') return reactionEnded(state, entry.unit.name);
      const withdrawn = changeUnit(state, entry.unit, (unit) => ({
        ...unit,
        status: 'withdrawn',
        parked: false,
        notBefore: null,
        finishedAt: entry.at,
      }));
      if (entry.unit.role !== 'action') return withdrawn;
      // An external action has begun with its intent: there are rows to settle, and a request may yet arrive. Its undo
      // is safe when nothing happened.
      return changeStep(withdrawn, entry.unit.name, (step) => ({ ...step, undo: step.undo ?? step.planned }));
    }
    case 'passed':
      return changeStep(state, entry.step, (step) => ({ ...step, passed: entry.why }));
    case 'waiting':
      return waitBegun(state, entry);
    case 'wait-ended':
      return waitEnded(state, entry);
    case 'event-kept':
      return eventKept(state, entry);
    case 'event-ignored':
      return eventHeard(state, entry.id);
    case 'event-heard':
      return reactionDue(eventHeard(state, entry.id), entry);
    case 'turned-back':
      return { ...state, cause: entry.cause, cancel: null, fault: null };
    case 'diverted':
      return entry.replaces.reduce(
        (all, name) => changeStep(all, name, (step) => ({ ...step, replacedBy: entry.to })),
        state,
      );
    case 'parked':
      if (entry.step !== undefined) {
        return changeWait(state, entry.step, (wait) => ({ ...wait, error: entry.error }));
      }
      return entry.unit
        ? changeUnit(state, entry.unit, (unit) => ({
            ...unit,
            parked: true,
            notBefore: null,
            error: entry.error,
          }))
        : { ...state, fault: entry.error };
    case 'retried':
      if (entry.step !== undefined)
        return changeWait(state, entry.step, (wait) => ({ ...wait, error: null }));
      return entry.unit
        ? changeUnit(state, entry.unit, (unit) => ({
            ...unit,
            parked: false,
            // The saga that it is about is looked for again: it may have been mended.
            status: unit.status === 'accepted' && unit.confirmBy === null ? 'intended' : unit.status,
            failures: 0,
            ...unsuspected,
            resolves: 0,
            notBefore: null,
            retriedAt: entry.at,
            // A person has looked and takes it on himself that the other side may have forgotten the key.
            protectedFrom: unit.error?.code === 'SAGA.KEY_EXPIRED' ? entry.at : unit.protectedFrom,
          }))
        : { ...state, fault: null };
    case 'cancel-requested': {
      const { step, by, reason, code, type, error } = entry;
      return { ...state, cancel: { step, by, reason, code, type, ...(error && { error }) } };
    }
    case 'done':
      return { ...state, doneAt: entry.at };
    case 'verdict':
      return { ...state, verdict: entry.verdict };
    case 'cancel-lapsed':
      return { ...state, cancel: null };
    case 'paused':
    case 'resumed':
      return { ...state, paused: entry.kind === 'paused' };
    case 'moved':
      return { ...state, version: entry.to };
    case 'abandoned':
      return changeStep(state, entry.step, (step) => ({
        ...step,
        abandoned: { by: entry.by, reason: entry.reason },
      }));
    case 'continued':
      return continuedFrom(state, entry);
    case 'completed':
    case 'compensated':
    case 'terminated':
      return { ...state, end: entry.kind, endedAt: entry.at };
    default:
      // Written by a newer build: to fold on without it would make another saga of it.
      throw new Error(`This build does not know journal entries of the kind "${(entry as Entry).kind}".`);
  }
}
