import type { SagaDefinition } from '../definition/index.js';
import { instanceRow, statusOf, type SagaStatus } from '../engine/instance-row.js';
import { stepOfReaction } from '../engine/reactions.js';
import { isOutstanding, troubleOf, type SagaState } from '../engine/state.js';
import { placeError, type PlacedError } from './error-report.js';
import { reportReactions, type ReactionReport } from './reaction-report.js';
import { reportSteps, type StepReport } from './step-report.js';
import { summaryOf } from './summary.js';

/** An effect that somebody left as it is. */
export interface AbandonedEffect {
  readonly step: string;
  /** Null: the step has no place in the definition. */
  readonly index: number | null;
  /** Who said so, and why. */
  readonly by: string;
  readonly reason: string;
}

/** How a saga stands, and what went wrong, as one object: for operators, for whoever waits for it, and for tests. */
export interface SagaReport {
  readonly id: string;
  readonly definition: string;
  readonly version: number;
  readonly correlationId: string;
  readonly status: SagaStatus;
  /** All steps of the definition, reached or not, but those of alternatives that were not taken. */
  readonly steps: StepReport[];
  /** Why it turned back; while it goes forward, what holds it up. Null: nothing. */
  readonly cause: PlacedError | null;
  /** The step that was refused, failed, or holds the saga up; null: none, or somebody asked for the way back. */
  readonly failedStep: string | null;
  /** Its place in the definition, from 0. */
  readonly failedIndex: number | null;
  /** Undoing that failed and has not succeeded since; a closing's has no index. */
  readonly compensationErrors: PlacedError[];
  /** What is yet to be done about events from outside. Empty: nothing. */
  readonly reactions: ReactionReport[];
  /** What a termination left as it is. Empty: nothing. */
  readonly abandoned: AbandonedEffect[];
  /** All of it in one line; null when nothing failed. */
  readonly summary: string | null;
}

/**
 * The report of a saga. Pure.
 *
 * @param definition null when it is not known here: the steps are then those that were reached
 * @param failing the step that the instance row calls failed; by default it is told from definition and state
 */
export function reportSaga(
  definition: SagaDefinition | null,
  state: SagaState,
  failing: string | null = definition && attentionOf(definition, state),
): SagaReport {
  const steps = reportSteps(definition, state);
  const indexOf = (name: string) => steps.find((step) => step.name === name)?.index ?? -1;
  const cause = causeOf(state, failing, indexOf);
  const failed = state.cause && !['rejected', 'failed'].includes(state.cause.type) ? null : cause;
  const report = {
    id: state.id,
    definition: state.definition,
    version: state.version,
    correlationId: state.correlationId,
    status: statusOf(state),
    steps,
    cause,
    failedStep: failed?.step ?? null,
    failedIndex: failed?.index ?? null,
    compensationErrors: compensationErrors(state, failing, indexOf),
    reactions: reportReactions(state),
    abandoned: state.steps.flatMap(({ name, abandoned }) => {
      const index = indexOf(name);
      return abandoned ? [{ step: name, index: index < 0 ? null : index, ...abandoned }] : [];
    }),
  };
  return { ...report, summary: summaryOf(report) };
}

function attentionOf(definition: SagaDefinition, state: SagaState): string | null {
  return instanceRow(definition, state, state.updatedAt).attention?.step ?? null;
}

/** Why it turned back; else what holds it up on its way forward. */
function causeOf(
  state: SagaState,
  failing: string | null,
  indexOf: (name: string) => number,
): PlacedError | null {
  if (state.cause) {
    const { step, index, code, message, error } = state.cause;
    const known = error ?? { name: 'Error', message, stack: null, chain: [] };
    return { ...placeError({ ...known, code }, step, index), index };
  }
  const step = state.steps.find(({ name }) => name === failing);
  // What was replaced holds the saga up only while it cannot be undone.
  const unit = step?.replacedBy ? step.compensation : step?.action;
  const reaction = state.reactions.find((one) => one.unit && stepOfReaction(state, one) === failing)?.unit;
  // Of a step that is done only what it took to get there is left.
  const stuck = unit && isOutstanding(unit) ? unit : reaction;
  const error = state.fault ?? step?.wait?.error ?? (stuck && troubleOf(stuck));
  if (state.end || !error || failing === null) return null;
  return placeError(error, failing, indexOf(failing));
}

function compensationErrors(
  state: SagaState,
  failing: string | null,
  indexOf: (name: string) => number,
): PlacedError[] {
  const errors: PlacedError[] = [];
  for (const { name, compensation } of [...state.steps].reverse()) {
    const trouble = compensation && compensation.status !== 'succeeded' ? troubleOf(compensation) : null;
    if (trouble) errors.push(placeError(trouble, name, indexOf(name)));
  }
  for (const name of ['undoing', 'undone'] as const) {
    const closing = state.closings[name];
    if (closing?.error && closing.status !== 'succeeded') errors.push(placeError(closing.error, name, -1));
  }
  // A closing command whose mapping failed was never intended: its error is the saga's own.
  if (state.cause && state.fault && failing) errors.push(placeError(state.fault, failing, indexOf(failing)));
  return errors;
}
