import type { BreakerState } from '../store/dependency-store.js';
import type { DependencyReport } from './dependency.response.dto.js';

/** How a dependency stands, in a few words: for the audit's before and after, and for a refusal. */
export interface DependencyGlance {
  readonly dependency: string;
  readonly state: BreakerState;
  /** Sagas that rest because of it. */
  readonly heldSagas: number;
  readonly revision: number;
}

export function glanceAtDependency({ name, state, heldSagas, revision }: DependencyReport): DependencyGlance {
  return { dependency: name, state, heldSagas, revision };
}
