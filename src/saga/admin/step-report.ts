import type { StepDefinition } from '../definition/index.js';
import { troubleOf, type SagaState, type StepState, type UnitState } from '../engine/state.js';
import { reportError } from './error-report.js';
import type { CompensationReport, StepReport, StepStatus } from './saga.response.dto.js';

/** How far one step is, with what undoes it. */
export function reportStep(
  index: number,
  name: string,
  definition: StepDefinition | null,
  state: SagaState,
  progress: unknown,
): StepReport {
  const step = state.steps.find((candidate) => candidate.name === name);
  const kind = definition?.kind ?? null;
  const notReached = { index, name, kind, status: 'pending' as const, ...nothing, compensation: null };
  if (!step) return notReached;
  const compensation = reportCompensation(step, state);
  if (step.passed !== null) return { ...notReached, status: 'passed', compensation };
  if (step.wait) return { ...notReached, kind: 'wait', ...reportWait(step, state), compensation };
  if (!step.action) return { ...notReached, compensation };
  const status = statusOfAction(step, step.action, state);
  return { index, name, kind, status, ...reportUnit(step.action), progress, compensation };
}

const nothing = {
  attempts: 0,
  input: null,
  result: null,
  error: null,
  progress: null,
  startedAt: null,
  finishedAt: null,
};

function reportUnit(unit: UnitState) {
  const { attempts, input, result, startedAt, finishedAt } = unit;
  const error = troubleOf(unit);
  return { attempts, input, result, error: error && reportError(error), startedAt, finishedAt };
}

/** What an ended wait stands for is told by how it ended; its error is the saga's cause. */
function reportWait({ name, wait }: StepState, { cause }: SagaState) {
  const words = { event: 'succeeded', rejected: 'rejected', deadline: 'rejected', cancelled: 'withdrawn' };
  const status = (wait?.ended ? words[wait.ended.how] : 'waiting') as StepStatus;
  const failed = status === 'rejected' && cause?.step === name ? cause.error : null;
  return {
    status,
    result: wait?.result ?? null,
    error: failed && reportError(failed),
    startedAt: wait?.startedAt ?? null,
    finishedAt: wait?.ended?.at ?? null,
  };
}

function statusOfAction(step: StepState, action: UnitState, { cause }: SagaState): StepStatus {
  // A failure that the definition answers by turning back withdraws the intent; for a person the step has failed.
  if (action.status === 'withdrawn' && cause?.type === 'failed' && cause.step === step.name) return 'failed';
  return statusOfUnit(action);
}

function statusOfUnit(unit: UnitState) {
  if (unit.parked) return 'parked';
  if (unit.status !== 'intended') return unit.status;
  return unit.notBefore === null ? 'running' : 'retrying';
}

/** Null when there is nothing to undo, and when what there is cannot be undone any more: past the pivot. */
function reportCompensation(step: StepState, state: SagaState): CompensationReport | null {
  const { compensation, undo, abandoned } = step;
  if (compensation) {
    const status = abandoned ? 'abandoned' : (statusOfUnit(compensation) as CompensationReport['status']);
    return { status, ...reportUnit(compensation) };
  }
  if (!undo || (!abandoned && (state.pivotPassed || state.end))) return null;
  const { progress, ...rest } = nothing;
  void progress;
  return { status: abandoned ? 'abandoned' : 'registered', ...rest, input: undo.input };
}
