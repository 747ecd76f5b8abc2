import type { CauseInfo, StepDefinition } from '../definition/index.js';
import type { Cause, StoredError } from './state.js';

/** What the business tells a customer where the error itself was written for operators. */
const sentences: Readonly<Partial<Record<CauseInfo['type'], string>>> = {
  failed: 'It could not be done for a technical reason.',
  operator: 'It was stopped by our staff.',
  terminated: 'It was ended by our staff.',
};

/** A code of ours; so is one that the step names. What drivers call their errors is no business of a customer's. */
const ownCode = /^[A-Z][A-Z0-9_]*\.[A-Z][A-Z0-9_]*$/;

/**
 * Why a saga turns back. Code and message go to the business by the closings, and from there to customers: stable,
 * and without internals. Operators see `error` as it was.
 */
export function causeOf(
  type: CauseInfo['type'],
  { name, retry }: StepDefinition,
  index: number,
  error: StoredError,
): Cause {
  const { code } = error;
  const isOurs =
    code !== null && (type !== 'failed' || ownCode.test(code) || Object.hasOwn(retry.reactions, code));
  return {
    type,
    step: name,
    index,
    code: isOurs ? code : 'SAGA.STEP_FAILED',
    message: sentences[type] ?? error.message,
    error,
  };
}
