import type { SagaCommit } from '../engine/saga-observers.js';
import { unitOf, type UnitRef } from '../engine/state.js';

/** By what a unit is counted: of few values each. */
export interface UnitLabels {
  readonly definition: string;
  readonly version: number;
  /** The step's name; of a closing its own; of a reaction the event's wire name; `-` when it is the saga. */
  readonly step: string;
  readonly role: UnitRef['role'] | 'wait' | 'saga';
}

/** @param wait the wait that it is about, when it is not about a unit */
export function labelsOf(commit: SagaCommit, unit: UnitRef | null, wait?: string): UnitLabels {
  const { definition, version } = commit.state;
  if (wait !== undefined) return { definition, version, step: wait, role: 'wait' };
  if (!unit) return { definition, version, step: '-', role: 'saga' };
  return { definition, version, step: stepOf(commit, unit), role: unit.role };
}

/** The unit's label `step`. */
export function stepOf(commit: SagaCommit, { role, name }: UnitRef): string {
  return role === 'reaction' ? eventOf(commit, name) : name;
}

/** When the unit was intended, ISO 8601; null: nobody knows any more. */
export function beganAt({ before, entries, state }: SagaCommit, unit: UnitRef): string | null {
  const known = unitOf(state, unit) ?? (before && unitOf(before, unit));
  if (known) return known.startedAt;
  return entries.find((entry) => entry.kind === 'intended' && entry.unit.name === unit.name)?.at ?? null;
}

/** A reaction is gone once it is done, and its name is the event's id, of which there is one each. */
function eventOf({ before, entries, state }: SagaCommit, id: string): string {
  const reactions = [...(before?.reactions ?? []), ...state.reactions];
  const reaction = reactions.find((one) => one.id === id);
  const heard = entries.find((entry) => entry.kind === 'event-heard' && entry.id === id);
  return reaction?.event ?? (heard?.kind === 'event-heard' ? heard.event : 'reaction');
}
