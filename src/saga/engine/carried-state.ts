import type { Entry } from './entries.js';
import { beginState, newStep, newUnit } from './state-changes.js';
import type { CancelRequest, CarriedState, SagaState, StepState, StoredError, UnitState } from './state.js';

type Continued = Extract<Entry, { readonly kind: 'continued' }>;

/** What `continued` stores. */
export function carry(state: SagaState): CarriedState {
  return {
    ...state,
    steps: state.steps.map((step) => ({
      ...step,
      action: step.action && unitWithoutStacks(step.action),
      compensation: step.compensation && unitWithoutStacks(step.compensation),
      wait: step.wait && { ...step.wait, error: withoutStack(step.wait.error) },
    })),
    closings: Object.fromEntries(
      Object.entries(state.closings).map(([name, unit]) => [name, unitWithoutStacks(unit)]),
    ),
    reactions: state.reactions.map((one) => ({ ...one, unit: one.unit && unitWithoutStacks(one.unit) })),
    cause: state.cause && { ...state.cause, error: withoutStack(state.cause.error) },
    cancel: state.cancel && cancelWithoutStack(state.cancel),
    fault: withoutStack(state.fault),
  };
}

/** The state after `continued`, for whoever has read all that came before it. */
export function continuedFrom(state: SagaState, entry: Continued): SagaState {
  const { segment: number, at } = entry;
  return { ...carry(state), segment: { number, from: state.length + 1, at } };
}

/** The state right after `continued`, for whoever begins to read there. */
export function continuedAt(entry: Continued): SagaState {
  const carried = revive(entry.state);
  return { ...continuedFrom(carried, entry), updatedAt: entry.at, length: carried.length + 1 };
}

/** What was carried, as this build knows it. */
export function revive(carried: CarriedState): SagaState {
  const begun = { ...beginState(carried), ...carried };
  return {
    ...begun,
    steps: carried.steps.map(reviveStep),
    closings: Object.fromEntries(
      Object.entries(carried.closings).map(([name, unit]) => [name, reviveUnit(unit)]),
    ),
    reactions: begun.reactions.map((one) => ({ ...one, unit: one.unit && reviveUnit(one.unit) })),
  };
}

function reviveStep(step: StepState): StepState {
  return {
    ...newStep(step.name),
    ...step,
    action: step.action && reviveUnit(step.action),
    compensation: step.compensation && reviveUnit(step.compensation),
  };
}

function reviveUnit(unit: UnitState): UnitState {
  return { ...newUnit(unit.command, unit.input, unit.reference, unit.startedAt), ...unit };
}

function unitWithoutStacks(unit: UnitState): UnitState {
  const { error, held } = unit;
  return {
    ...unit,
    error: withoutStack(error),
    held: held && { ...held, error: { ...held.error, stack: null } },
  };
}

function cancelWithoutStack({ error, ...asked }: CancelRequest): CancelRequest {
  return { ...asked, ...(error && { error: { ...error, stack: null } }) };
}

function withoutStack(error: StoredError | null): StoredError | null {
  return error && { ...error, stack: null };
}
