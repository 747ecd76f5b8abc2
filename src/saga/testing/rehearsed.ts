import type { Entry } from '../engine/entries.js';
import { unitOf, type SagaState } from '../engine/state.js';

/** One call of a handler, or one question what became of a call. */
export interface RehearsedCall {
  /** `charge-payment`, `undo charge-payment`, `tell undone`, `react <event>`, or one of these after `ask `. */
  readonly label: string;
  readonly command: string;
  readonly input: unknown;
  readonly reference: string;
  /** Milliseconds since the saga's start. */
  readonly atMs: number;
}

export interface RehearsedCompensation {
  readonly step: string;
  readonly input: unknown;
  /** Null until it succeeded. */
  readonly result: unknown;
}

export interface RehearsalOptions {
  /** ISO 8601; default 2026-01-01. */
  readonly startAt?: string;
  /** For jitter; default always 0. */
  readonly random?: () => number;
}

export function compensationsIn(journal: readonly Entry[], state: SagaState): RehearsedCompensation[] {
  return journal.flatMap((entry) => {
    if (entry.kind !== 'succeeded' || entry.unit.role !== 'compensation') return [];
    const { input, result } = unitOf(state, entry.unit)!;
    return [{ step: entry.unit.name, input, result }];
  });
}
