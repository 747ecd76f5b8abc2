import type { StoredError } from '../engine/state.js';
import type { ErrorReport, PlacedError } from './saga.response.dto.js';

/** An error as operators see it, with its causes. */
export function reportError(error: StoredError): ErrorReport {
  const { code, name, message, stack, chain } = error;
  return { code: codeIn(code), type: name, message, stack, chain: [...chain] };
}

/** @param index the step's place in the definition; negative: it has none */
export function placeError(error: StoredError, step: string, index: number): PlacedError {
  const { code, message, name, stack } = error;
  return { step, index: index < 0 ? null : index, code: codeIn(code), type: name, message, stack };
}

/** The same word that the list knows an error without a code by. */
function codeIn(code: string | null): string {
  return code ?? 'SAGA.UNCLASSIFIED';
}
