import type { Entry } from '../engine/entries.js';
import { engineError } from '../engine/errors.js';
import { evolve, fold } from '../engine/evolve.js';
import { isSettled, type SagaState, type UnitRef } from '../engine/state.js';
import type { Stimulus } from '../engine/stimulus.js';

/** Something that happened to a saga from outside: what a unit answered, an event, a time, a person. */
export interface Recorded {
  /** ISO 8601. */
  readonly at: string;
  readonly stimulus: Stimulus;
  /** What it was an answer to: it is given to that, whenever that asks. */
  readonly to:
    | { readonly unit: UnitRef }
    | { readonly wait: string }
    /** It came while the saga stood at this step; null: wherever it stands. */
    | { readonly step: string | null };
}

/** All that happened to a saga from outside, in its order, read from its whole journal. */
export function recordedAnswers(journal: readonly Entry[]): Recorded[] {
  const recorded: Recorded[] = [];
  const kept = new Set<string>();
  let state = fold(journal.slice(0, 1));
  for (const entry of journal.slice(1)) {
    const { at } = entry;
    const answer = answerOf(entry, state, kept);
    if (answer) recorded.push({ at, ...answer });
    if (entry.kind === 'event-kept') kept.add(entry.id);
    state = evolve(state, entry);
  }
  return recorded;
}

function answerOf(entry: Entry, state: SagaState, kept: ReadonlySet<string>): Omit<Recorded, 'at'> | null {
  const here = { step: standsAt(state) };
  switch (entry.kind) {
    case 'wait-ended': {
      const { step, event, result, eventId, how } = entry;
      // It came by itself: from what was kept, or with a turn that is told by another entry.
      if (how === 'cancelled' || (eventId !== undefined && kept.has(eventId))) return null;
      if (event === null) return { to: { wait: step }, stimulus: { kind: 'tick' } };
      const id = eventId ?? `given-${step}-${state.length}`;
      return { to: { wait: step }, stimulus: { kind: 'event', id, event, data: result, at: entry.at } };
    }
    case 'event-kept':
    case 'event-heard': {
      const { id, event, data, at } = entry;
      return { to: here, stimulus: { kind: 'event', id, event, data, at } };
    }
    case 'cancel-requested': {
      const { step, by, reason, code, type, error } = entry;
      // The decider's own, when a branch has failed.
      if (error) return null;
      if (type === 'deadline') return { to: { step }, stimulus: { kind: 'tick' } };
      return { to: { step }, stimulus: { kind: 'cancel', by, reason, code, type } };
    }
    case 'turned-back': {
      const { by, cause } = entry;
      return by === undefined
        ? null
        : { to: { step: null }, stimulus: { kind: 'terminate', by, reason: cause.message } };
    }
    case 'terminated': {
      const { by, reason = '' } = entry;
      return by === undefined ? null : { to: { step: null }, stimulus: { kind: 'terminate', by, reason } };
    }
    case 'verdict':
      return { to: { step: null }, stimulus: { kind: 'verdict', verdict: entry.verdict } };
    case 'retried': {
      const { unit, step, by, reason } = entry;
      return {
        to: unit ? { unit } : step === undefined ? { step: null } : { wait: step },
        stimulus: { kind: 'retry', by, reason },
      };
    }
    default:
      return 'unit' in entry && entry.unit ? ofUnit(entry, entry.unit) : null;
  }
}

/** What a unit answered. Its holds, its workers, and that it was withdrawn are no answers. */
function ofUnit(entry: Entry, unit: UnitRef): Omit<Recorded, 'at'> | null {
  const to = { unit };
  switch (entry.kind) {
    case 'succeeded': {
      const { event, result } = entry;
      return { to, stimulus: { kind: 'outcome', unit, event, result } };
    }
    case 'rejected':
      return { to, stimulus: { kind: 'rejection', unit, error: entry.error } };
    case 'attempt-failed': {
      const { error } = entry;
      return { to, stimulus: { kind: 'attempt-failed', unit, error, retryAfterMs: null, sent: false } };
    }
    case 'outcome-unknown':
      return { to, stimulus: { kind: 'unknown', unit, error: entry.error } };
    case 'accepted':
      return {
        to,
        stimulus: { kind: 'accepted', unit, error: engineError('PENDING', 'It has yet to decide.') },
      };
    case 'resolve-failed':
      return { to, stimulus: { kind: 'resolve-failed', unit, error: entry.error } };
    case 'resolved-absent':
      return { to, stimulus: { kind: 'absent', unit, mayRepeat: true } };
    default:
      return null;
  }
}

/** The step under way; null: none is. */
function standsAt({ steps, cause }: SagaState): string | null {
  return cause ? null : (steps.find((step) => !isSettled(step) && step.replacedBy === null)?.name ?? null);
}
