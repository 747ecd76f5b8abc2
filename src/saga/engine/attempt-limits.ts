import { defaultAttemptTimeoutMs, type SagaDefinition } from '../definition/index.js';
import type { UnitRef } from './state.js';

/** How one attempt may take its time. */
export interface AttemptLimits {
  readonly attemptTimeoutMs: number;
  readonly heartbeatTimeoutMs: number | null;
  readonly keyProtectionMs: number;
}

export function limitsOf({ steps, compensations }: SagaDefinition, { role, name }: UnitRef): AttemptLimits {
  const step = role === 'action' ? steps.find((candidate) => candidate.name === name) : undefined;
  const compensation = compensations.find((candidate) => candidate.step === name);
  return {
    attemptTimeoutMs:
      (role === 'compensation' ? compensation : step)?.attemptTimeoutMs ?? defaultAttemptTimeoutMs,
    heartbeatTimeoutMs: step?.heartbeatTimeoutMs ?? null,
    // An undo is safe to repeat by its own contract, whatever the other side remembers.
    keyProtectionMs: role === 'action' ? (step?.keyProtectionMs ?? 0) : Infinity,
  };
}
