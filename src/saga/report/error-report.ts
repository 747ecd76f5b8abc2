import { redactText } from '../../platform/observability/logging/redact.js';
import type { StoredError } from '../engine/state.js';

/** An error as operators see it. */
export interface ErrorReport {
  /** Stable; `SAGA.UNCLASSIFIED` for an error that has none. */
  readonly code: string;
  /** The error's class. */
  readonly type: string;
  readonly message: string;
  /** For operators only. Null when nothing was thrown. */
  readonly stack: string | null;
  /** The causes of the error, outermost first, each as `Type: message`. */
  readonly chain: string[];
}

/** An error, and where it belongs. */
export interface PlacedError extends ErrorReport {
  /** The step's name, or the closing's. */
  readonly step: string;
  /** The step's place in the definition, from 0; null: it has none there. */
  readonly index: number | null;
}

export function reportError({ code, name, message, stack, chain }: StoredError): ErrorReport {
  return {
    // The same word that the list knows an error without a code by.
    code: code ?? 'SAGA.UNCLASSIFIED',
    type: name,
    message: redactText(message),
    stack: stack === null ? null : redactText(stack),
    chain: chain.map(redactText),
  };
}

/** @param index the step's place in the definition; negative: it has none */
export function placeError(error: StoredError, step: string, index: number): PlacedError {
  return { step, index: index < 0 ? null : index, ...reportError(error) };
}
