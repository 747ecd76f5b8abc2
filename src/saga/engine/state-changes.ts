import type { ClosingName } from '../definition/index.js';
import { changeReaction } from './reaction-changes.js';
import type { SagaState, StepState, UnitRef, UnitState } from './state.js';

/** What a saga is from its beginning on. */
export type Beginning = Pick<
  SagaState,
  'id' | 'definition' | 'version' | 'correlationId' | 'input' | 'startedAt' | 'deadlineAt'
> &
  Partial<Pick<SagaState, 'parent' | 'verdict' | 'traceparent'>>;

/** As it begins, before anything has happened to it; the defaults of whatever a state has. */
export function beginState(saga: Beginning): SagaState {
  const { id, definition, version, correlationId, input, startedAt, deadlineAt } = saga;
  const { parent = null, verdict = null, traceparent = null } = saga;
  return {
    id,
    definition,
    version,
    correlationId,
    input,
    startedAt,
    traceparent,
    parent,
    verdict,
    doneAt: null,
    deadlineAt,
    steps: [],
    closings: {},
    cause: null,
    cancel: null,
    pivotPassed: false,
    fault: null,
    paused: false,
    kept: [],
    heard: [],
    reactions: [],
    end: null,
    endedAt: null,
    updatedAt: startedAt,
    segment: { number: 1, from: 1, at: startedAt },
    length: 1,
  };
}

/** It got somewhere without taking its worker with it. */
export const unsuspected = { suspect: false, begun: false, crashes: 0 } as const;

export function newUnit(command: string, input: unknown, reference: string, at: string): UnitState {
  return {
    status: 'intended',
    command,
    input,
    reference,
    failures: 0,
    ...unsuspected,
    resolves: 0,
    attempts: 0,
    sent: false,
    retriedAt: null,
    notBefore: null,
    held: null,
    confirmBy: null,
    sinceNotice: null,
    parked: false,
    result: null,
    error: null,
    startedAt: at,
    protectedFrom: at,
    finishedAt: null,
  };
}

export function putUnit(state: SagaState, ref: UnitRef, unit: UnitState): SagaState {
  if (ref.role === 'closing') return { ...state, closings: { ...state.closings, [ref.name]: unit } };
  if (ref.role === 'reaction') return changeReaction(state, ref.name, () => unit);
  return changeStep(state, ref.name, (step) => ({ ...step, [ref.role]: unit }));
}

export function changeUnit(
  state: SagaState,
  ref: UnitRef,
  change: (unit: UnitState) => UnitState,
): SagaState {
  if (ref.role === 'closing') {
    const unit = state.closings[ref.name as ClosingName];
    return unit ? { ...state, closings: { ...state.closings, [ref.name]: change(unit) } } : state;
  }
  if (ref.role === 'reaction') return changeReaction(state, ref.name, (unit) => unit && change(unit));
  return changeStep(state, ref.name, (step) => {
    const unit = ref.role === 'action' ? step.action : step.compensation;
    return unit ? { ...step, [ref.role]: change(unit) } : step;
  });
}

/** An action that may have reached the outside has an effect to undo, whatever its answer would have been. */
export function sent(state: SagaState, unit: UnitRef): SagaState {
  const marked = changeUnit(state, unit, (current) => ({
    ...current,
    sent: true,
  }));
  if (unit.role !== 'action') return marked;
  return changeStep(marked, unit.name, (step) => ({ ...step, undo: step.undo ?? step.planned }));
}

/** Changes a step, or adds it at the end: steps stand in the order in which they were reached. */
export function changeStep(
  state: SagaState,
  name: string,
  change: (step: StepState) => StepState,
): SagaState {
  const at = state.steps.findIndex((step) => step.name === name);
  if (at < 0) return { ...state, steps: [...state.steps, change(newStep(name))] };
  return { ...state, steps: state.steps.with(at, change(state.steps[at]!)) };
}

export function newStep(name: string): StepState {
  return {
    name,
    action: null,
    passed: null,
    wait: null,
    planned: null,
    undo: null,
    compensation: null,
    replacedBy: null,
    abandoned: null,
  };
}
