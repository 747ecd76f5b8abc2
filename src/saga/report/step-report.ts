import { redact } from '../../platform/observability/logging/redact.js';
import type { SagaDefinition, StepDefinition, StepKind } from '../definition/index.js';
import { probe } from '../definition/probe.js';
import { pathOf } from '../engine/path.js';
import {
  troubleOf,
  type SagaState,
  type StepState,
  type UnitState,
  type WaitState,
} from '../engine/state.js';
import { reportError, type ErrorReport } from './error-report.js';

/** `pending`: not reached. `failed`: gave up; the saga turned back or took an alternative. The others as they are called elsewhere. */
export type StepStatus =
  | 'pending'
  | 'passed'
  | 'running'
  | 'retrying'
  | 'unknown'
  | 'waiting'
  | 'parked'
  | 'succeeded'
  | 'rejected'
  | 'failed'
  | 'withdrawn';

/** `registered`: would be run, or will be, with this input. */
export type CompensationStatus =
  'registered' | 'running' | 'retrying' | 'unknown' | 'parked' | 'succeeded' | 'withdrawn' | 'abandoned';

export interface UnitReport {
  /** Attempts that have ended. */
  readonly attempts: number;
  /** The command's data as stored, without secrets and personal data; null before it is known. */
  readonly input: unknown;
  /** The outcome event's data, likewise; null before there is one. */
  readonly result: unknown;
  /** The last failure, also when a later attempt succeeded. */
  readonly error: ErrorReport | null;
  /** When it was intended, ISO 8601. */
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
}

export interface CompensationReport extends UnitReport {
  readonly status: CompensationStatus;
}

export interface StepReport extends UnitReport {
  /** Place in the definition, from 0. */
  readonly index: number;
  readonly name: string;
  /** Null: the definition is not known here. */
  readonly kind: StepKind | null;
  readonly status: StepStatus;
  /**
   * Of a step that was not reached: the shape of its input, with the place where each value will come from in its
   * stead, e.g. `$.results.charge-payment.paymentId`. Null: it is resolved, or nobody can tell.
   */
  readonly unresolvedInput: unknown;
  /** Null: there is nothing to undo, or nothing is undone any more because the pivot is passed. */
  readonly compensation: CompensationReport | null;
}

/**
 * How far each step is, with what undoes it: those that were reached or still lie on the saga's path, in the order of
 * the definition; only those that were reached if nobody knows it.
 */
export function reportSteps(definition: SagaDefinition | null, state: SagaState): StepReport[] {
  // Steps are reached in the order of the definition, so without it those that were reached still have their places.
  if (!definition) return state.steps.map(({ name }, index) => reportStep(index, name, null, state));
  const shown = new Set([...pathOf(definition, state), ...state.steps].map(({ name }) => name));
  return definition.steps.flatMap((step, index) =>
    shown.has(step.name) ? [reportStep(index, step.name, step, state)] : [],
  );
}

function reportStep(
  index: number,
  name: string,
  definition: StepDefinition | null,
  state: SagaState,
): StepReport {
  const step = state.steps.find((candidate) => candidate.name === name);
  const about = { index, name, kind: definition?.kind ?? null };
  const notReached = { ...about, status: 'pending' as const, ...nothing, ...unresolved(definition) };
  if (!step) return { ...notReached, compensation: null };
  const compensation = reportCompensation(step, state);
  const resolved = { unresolvedInput: null, compensation };
  if (step.passed !== null) return { ...about, ...nothing, status: 'passed', ...resolved };
  if (step.wait)
    return { ...about, ...nothing, kind: about.kind ?? 'wait', ...reportWait(step, state), ...resolved };
  if (!step.action) return { ...notReached, compensation };
  const status = statusOfAction(step, step.action, state);
  return { ...about, status, ...reportUnit(step.action), ...resolved };
}

export const nothing = {
  attempts: 0,
  input: null,
  result: null,
  error: null,
  startedAt: null,
  finishedAt: null,
};

function unresolved(definition: StepDefinition | null): { readonly unresolvedInput: unknown } {
  return { unresolvedInput: definition?.action ? probe(definition.action.map).shape : null };
}

export function reportUnit(unit: UnitState): UnitReport {
  const { attempts, input, result, startedAt, finishedAt } = unit;
  const error = troubleOf(unit);
  return {
    attempts,
    input: redact(input),
    result: redact(result),
    error: error && reportError(error),
    startedAt,
    finishedAt,
  };
}

/** What an ended wait stands for is told by how it ended; its error is the saga's cause. */
function reportWait({ name, wait }: StepState, { cause }: SagaState) {
  const status = statusOfWait(wait);
  const failed = status === 'rejected' && cause?.step === name ? cause.error : (wait?.error ?? null);
  return {
    status,
    result: redact(wait?.result ?? null),
    error: failed && reportError(failed),
    startedAt: wait?.startedAt ?? null,
    finishedAt: wait?.ended?.at ?? null,
  };
}

function statusOfWait(wait: WaitState | null): StepStatus {
  if (!wait?.ended) return wait?.error ? 'parked' : 'waiting';
  if (wait.ended.goesOn) return 'succeeded';
  return wait.ended.how === 'cancelled' ? 'withdrawn' : 'rejected';
}

function statusOfAction(step: StepState, action: UnitState, { cause }: SagaState): StepStatus {
  // A failure that the definition answers by turning back, or otherwise, withdraws the intent; for a person the step
  // has failed.
  const turnedBack = cause?.type === 'failed' && cause.step === step.name;
  if (action.status === 'withdrawn' && (turnedBack || step.replacedBy !== null)) return 'failed';
  return statusOfUnit(action);
}

export function statusOfUnit(unit: UnitState) {
  if (unit.parked) return 'parked';
  if (unit.status === 'accepted') return 'waiting';
  if (unit.status !== 'intended') return unit.status;
  return unit.notBefore === null ? 'running' : 'retrying';
}

/** Null when there is nothing to undo, and when what there is cannot be undone any more: past the pivot. */
function reportCompensation(step: StepState, state: SagaState): CompensationReport | null {
  const { compensation, undo, abandoned } = step;
  if (compensation) {
    const status = abandoned ? 'abandoned' : (statusOfUnit(compensation) as CompensationStatus);
    return { status, ...reportUnit(compensation) };
  }
  if (!undo || (!abandoned && (state.pivotPassed || state.end))) return null;
  return { status: abandoned ? 'abandoned' : 'registered', ...nothing, input: redact(undo.input) };
}
