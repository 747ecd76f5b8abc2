import { currentStep, statusOf, type SagaStatus } from '../engine/instance-row.js';
import type { SeenSaga } from '../engine/requests.js';

/** How a saga stands, in three words: for the audit's before and after, and for a refusal. */
export interface SagaGlance {
  readonly status: SagaStatus;
  /** Null when it has ended. */
  readonly currentStep: string | null;
  readonly revision: number;
  /** Of a move only. */
  readonly version?: number;
}

export function glanceAt({ definition, state, revision }: SeenSaga): SagaGlance {
  return {
    status: statusOf(state),
    currentStep: state.end ? null : currentStep(definition, state),
    revision,
  };
}

export function glanceWithVersion(saga: SeenSaga): SagaGlance {
  return { ...glanceAt(saga), version: saga.state.version };
}
