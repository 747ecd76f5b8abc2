import type { SagaDefinition } from '../definition/index.js';
import { next, pendingUnits } from './next.js';
import { currentStepOf, pathOf } from './path.js';
import { stepOfReaction } from './reactions.js';
import {
  isOpen,
  isWithChild,
  openWaits,
  troubleOf,
  unitOf,
  type SagaState,
  type StoredError,
  type UnitRef,
} from './state.js';

export type SagaStatus =
  'running' | 'waiting' | 'compensating' | 'parked' | 'paused' | 'completed' | 'compensated' | 'terminated';

/** What of the fold the instance row shows; tests compare the two. */
export interface InstanceRow {
  readonly status: SagaStatus;
  /** Null when the saga has ended, or is done and waits for its parent's verdict. */
  readonly currentStep: string | null;
  /** Effects that would have to be undone if the saga turned back now; 0 once it has ended. */
  readonly openEffects: number;
  /** The failing step and error of a saga that needs a look (parked or backing off); null otherwise. */
  readonly attention: { readonly step: string; readonly errorCode: string } | null;
  /** True while a worker must do something now: it then stays owned. */
  readonly runnable: boolean;
  readonly wakeAt: string | null;
  /** Whom the saga's rest is due to: it is rung when this dependency is back. Null: it does not rest, or for another reason. */
  readonly heldFor: string | null;
}

/** @param now the database's clock, ISO 8601 */
export function instanceRow(definition: SagaDefinition, state: SagaState, now: string): InstanceRow {
  const directive = next(definition, state, now);
  return {
    status: statusOf(state),
    currentStep: state.end || isDone(state) ? null : currentStep(definition, state),
    openEffects: state.end === 'completed' ? 0 : state.steps.filter(isOpen).length,
    attention: state.end ? null : attentionOf(definition, state),
    runnable: directive.do !== 'rest',
    wakeAt: directive.do === 'rest' ? directive.wakeAt : null,
    heldFor: directive.do === 'rest' ? heldFor(state) : null,
  };
}

/** Whom a saga is held for; of several the first: once rung, it tries all that is held of it. Null: it is not held. */
export function heldFor(state: SagaState): string | null {
  if (state.end || state.paused || state.fault) return null;
  const units = pendingUnits(state).map((ref) => unitOf(state, ref)!);
  return units.find((unit) => unit.held && !unit.parked)?.held?.dependency ?? null;
}

export function statusOf(state: SagaState): SagaStatus {
  if (state.end) return state.end;
  if (state.paused) return 'paused';
  const pending = pendingUnits(state);
  const steps = pending.filter(({ role }) => role !== 'reaction');
  // A reaction decides on how the saga stands only when nothing but the end is left, which waits for it.
  const isHeldByReactions = steps.length === 0 && openWaits(state).length === 0;
  const units = (isHeldByReactions ? pending : steps).map((ref) => unitOf(state, ref)!);
  if (state.fault || (units.length > 0 && units.every((unit) => unit.parked))) return 'parked';
  if (isDone(state) || (units.length > 0 && units.every(isWithChild))) return 'waiting';
  if (state.cause) return 'compensating';
  const waits = openWaits(state);
  if (units.some((unit) => !unit.parked && unit.status !== 'accepted')) return 'running';
  if (units.some((unit) => unit.parked) || waits.some(({ wait }) => wait.error !== null)) return 'parked';
  return units.length > 0 || waits.length > 0 ? 'waiting' : 'running';
}

/** It went through, and waits for its parent's verdict. */
function isDone({ doneAt, cause, fault }: SagaState): boolean {
  return doneAt !== null && !cause && !fault;
}

/** Nothing of it goes on by itself: it has ended, or waits for a person. */
export function isResting(status: SagaStatus): boolean {
  return status === 'parked' || status === 'completed' || status === 'compensated' || status === 'terminated';
}

/** The step under way or next; while something is undone that step, on the way back else the one that failed. */
export function currentStep(definition: SagaDefinition, state: SagaState): string | null {
  const undone = pendingUnits(state).find((ref) => ref.role === 'compensation');
  if (undone) return undone.name;
  if (state.cause) return state.cause.step;
  const current = currentStepOf(definition, state) ?? pathOf(definition, state).at(-1);
  return current?.name ?? null;
}

function attentionOf(definition: SagaDefinition, state: SagaState): InstanceRow['attention'] {
  const step = currentStep(definition, state) ?? 'start';
  if (state.fault) return { step, errorCode: codeIn(state.fault) };
  for (const { name, wait } of openWaits(state)) {
    if (wait.error) return { step: name, errorCode: codeIn(wait.error) };
  }
  for (const ref of pendingUnits(state)) {
    const unit = unitOf(state, ref)!;
    const trouble = troubleOf(unit);
    if (trouble && (unit.parked || unit.notBefore !== null || unit.status === 'unknown')) {
      return { step: stepOf(state, ref, step), errorCode: codeIn(trouble) };
    }
  }
  return null;
}

/** Where the trouble of a unit is shown. */
function stepOf(state: SagaState, { role, name }: UnitRef, current: string): string {
  if (role === 'closing') return state.cause?.step ?? current;
  const reaction = role === 'reaction' && state.reactions.find(({ id }) => id === name);
  return reaction ? stepOfReaction(state, reaction) : name;
}

function codeIn(error: StoredError): string {
  return error.code ?? 'SAGA.UNCLASSIFIED';
}
