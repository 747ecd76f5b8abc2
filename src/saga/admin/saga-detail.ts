import { StartChild, type SagaDefinition } from '../definition/index.js';
import type { Entry } from '../engine/entries.js';
import { fold } from '../engine/evolve.js';
import type { SagaStatus } from '../engine/instance-row.js';
import { pendingUnits } from '../engine/next.js';
import { openWaits, unitOf, type SagaState } from '../engine/state.js';
import { redact } from '../../platform/observability/logging/redact.js';
import { reportSaga } from '../report/index.js';
import type { SagaDetail } from './saga.response.dto.js';
import { standstillOf, type Standing } from './standstill.js';

/** What is stored of a saga, read at one instant. */
export interface StoredSaga extends Standing {
  readonly id: string;
  readonly status: SagaStatus;
  readonly currentStep: string | null;
  readonly revision: number;
  readonly createdAt: Date;
  /** The entries by commit, oldest first. */
  readonly journal: readonly (readonly Entry[])[];
  /** By unit, `action:<step>`; null: none was reported. */
  readonly progress: Readonly<Record<string, unknown>> | null;
}

/**
 * One saga in one view: its report, and what the instance row knows beside the journal. Pure.
 *
 * @param definition null when this build does not know it: the steps then are those that the journal knows
 */
export function detailSaga(definition: SagaDefinition | null, saga: StoredSaga): SagaDetail {
  const journal = saga.journal.flat();
  const state = fold(journal);
  const report = reportSaga(definition, state, saga.failedStep);
  return {
    ...report,
    // The row's: where the two disagree, the row is what the engine goes by, and the auditor tells.
    definition: saga.definition,
    version: saga.version,
    currentStep: saga.currentStep,
    steps: report.steps.map((step) => ({
      ...step,
      progress: redact(saga.progress?.[`action:${step.name}`] ?? null),
    })),
    standstill: standstillOf(definition, state, journal, saga),
    waitingFor: waitingFor(state),
    nextAttemptAt: nextAttemptAt(state),
    deadlineAt: deadlineAt(state),
    segment: state.segment.number,
    parent: state.parent && { sagaId: state.parent.sagaId, step: state.parent.step },
    children: state.steps.flatMap(({ name, action }) =>
      action?.command === StartChild.wireName && action.attempts > 0
        ? [{ step: name, sagaId: action.reference }]
        : [],
    ),
    owner: saga.owner,
    createdAt: saga.createdAt.toISOString(),
    updatedAt: saga.updatedAt.toISOString(),
    revision: saga.revision,
  };
}

/** What the saga stands still for, as its journal has it: of another build's definition too. */
function waitingFor(state: SagaState): SagaDetail['waitingFor'] {
  if (state.end) return [];
  const waits = openWaits(state).map(({ name, wait }) => ({
    step: name,
    for: [...wait.for],
    until: wait.until,
  }));
  const undecided = state.steps.flatMap(({ name, action }) =>
    action?.status === 'accepted' && action.confirmBy !== null
      ? [{ step: name, for: [], until: action.confirmBy }]
      : [],
  );
  return [...waits, ...undecided];
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
  const waits = openWaits(state).map(({ wait }) => wait.until);
  const own = state.deadlineAt && !state.pivotPassed ? [state.deadlineAt] : [];
  return earliest([...waits, ...own]);
}

function earliest(times: readonly string[]): string | null {
  return [...times].sort((a, b) => Date.parse(a) - Date.parse(b))[0] ?? null;
}
