import type { SagaDefinition, StepDefinition } from '../definition/index.js';
import type { Entry } from '../engine/entries.js';
import { fold } from '../engine/evolve.js';
import { statusOf, type SagaStatus } from '../engine/instance-row.js';
import { pendingUnits } from '../engine/next.js';
import { troubleOf, unitOf, type SagaState, type StepState } from '../engine/state.js';
import { placeError } from './error-report.js';
import type { PlacedError, SagaReport } from './saga.response.dto.js';
import { reportStep } from './step-report.js';

/** What is stored of a saga, read at one instant. */
export interface StoredSaga {
  readonly id: string;
  readonly definition: string;
  readonly version: number;
  readonly status: SagaStatus;
  readonly currentStep: string | null;
  readonly revision: number;
  /** The step that fails; null while nothing does. */
  readonly failedStep: string | null;
  /** The worker that has it; null: nobody has, or needs to. */
  readonly owner: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** The entries by commit, oldest first. */
  readonly journal: readonly (readonly Entry[])[];
  /** By unit, `action:<step>`; null: none was reported. */
  readonly progress: Readonly<Record<string, unknown>> | null;
}

/**
 * One saga in one view. Pure.
 *
 * @param definition null when this build does not know it: the steps then are those that the journal knows
 */
export function reportSaga(definition: SagaDefinition | null, saga: StoredSaga): SagaReport {
  const state = fold(saga.journal.flat());
  const names = stepNames(definition, state);
  return {
    id: saga.id,
    definition: saga.definition,
    version: saga.version,
    correlationId: state.correlationId,
    status: statusOf(state),
    currentStep: saga.currentStep,
    steps: names.map((name, index) => {
      const known = definition?.steps.find((step) => step.name === name) ?? null;
      return reportStep(index, name, known, state, saga.progress?.[`action:${name}`] ?? null);
    }),
    cause: causeOf(state, names, saga.failedStep),
    compensationErrors: compensationErrors(state, names, saga.failedStep),
    nextAttemptAt: nextAttemptAt(state),
    deadlineAt: deadlineAt(state),
    owner: saga.owner,
    createdAt: saga.createdAt.toISOString(),
    updatedAt: saga.updatedAt.toISOString(),
    revision: saga.revision,
  };
}

/** Steps are reached in the order of the definition, so without it those that were reached still have their places. */
function stepNames(definition: SagaDefinition | null, state: SagaState): string[] {
  const steps: readonly (StepDefinition | StepState)[] = definition?.steps ?? state.steps;
  return steps.map((step) => step.name);
}

/** Why it turned back; else what holds it up on its way forward. */
function causeOf(state: SagaState, names: readonly string[], failedStep: string | null): SagaReport['cause'] {
  if (state.cause) {
    const { step, index, code, message, error } = state.cause;
    return { step, index, code, type: error?.name ?? 'Error', message, stack: error?.stack ?? null };
  }
  const failing = state.steps.find((step) => step.name === failedStep)?.action;
  const error = state.fault ?? (failing && troubleOf(failing));
  if (state.end || !error || failedStep === null) return null;
  return placeError(error, failedStep, names.indexOf(failedStep));
}

/** Undoing that has failed and has not succeeded since. A closing command has no place among the steps. */
function compensationErrors(
  state: SagaState,
  names: readonly string[],
  failedStep: string | null,
): PlacedError[] {
  const errors: PlacedError[] = [];
  for (const { name, compensation } of [...state.steps].reverse()) {
    const trouble = compensation && compensation.status !== 'succeeded' ? troubleOf(compensation) : null;
    if (trouble) errors.push(placeError(trouble, name, names.indexOf(name)));
  }
  for (const name of ['undoing', 'undone'] as const) {
    const closing = state.closings[name];
    if (closing?.error && closing.status !== 'succeeded') errors.push(placeError(closing.error, name, -1));
  }
  // A closing command whose mapping failed was never intended: its error is the saga's own.
  if (state.cause && state.fault && failedStep) {
    errors.push(placeError(state.fault, failedStep, names.indexOf(failedStep)));
  }
  return errors;
}

/** The earliest time at which something is tried again by itself. */
function nextAttemptAt(state: SagaState): string | null {
  if (state.end || state.paused || state.fault) return null;
  const times = pendingUnits(state).flatMap((ref) => {
    const unit = unitOf(state, ref);
    return unit?.notBefore && !unit.parked ? [unit.notBefore] : [];
  });
  return earliest(times);
}

/** What is nearer: the end of a wait, or the saga's own deadline. Past the pivot and on the way back there is none. */
function deadlineAt(state: SagaState): string | null {
  if (state.end || state.cause) return null;
  const waits = state.steps.flatMap(({ wait }) => (wait && !wait.ended ? [wait.until] : []));
  const own = state.deadlineAt && !state.pivotPassed ? [state.deadlineAt] : [];
  return earliest([...waits, ...own]);
}

function earliest(times: readonly string[]): string | null {
  return [...times].sort((a, b) => Date.parse(a) - Date.parse(b))[0] ?? null;
}
