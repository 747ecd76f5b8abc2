import { isDeepStrictEqual } from 'node:util';
import { hasGroups, type SagaDefinition } from '../definition/index.js';
import { isOutstanding, type StepState } from '../engine/state.js';
import { fits, includesAll } from './divergence.js';

/**
 * How the undoing of a step differs: what was stored to undo it must be what the other version would have stored, or it
 * would be undone by the one and judged by the other. Null: it does not.
 */
export function judgeUndo(from: SagaDefinition, to: SagaDefinition, step: StepState): string | null {
  const { name } = step;
  const was = from.compensations.find((one) => one.step === name) ?? null;
  const is = to.compensations.find((one) => one.step === name) ?? null;
  const stored = step.undo ?? step.planned;
  if (!stored) return isMissing(from, step) && is ? 'is undone, and nothing was stored to undo it by,' : null;
  if (!is) return 'is not undone';
  if (is.command.wireName !== stored.command) return `is not undone by ${stored.command}`;
  if (is.kind !== stored.kind) return `is undone by a command that is ${is.kind}, not ${stored.kind},`;
  if (!fits(is.command.schema, stored.input))
    return 'is undone by a command that does not take what is stored';
  if (!isDeepStrictEqual([...is.after].sort(), [...stored.after].sort()))
    return 'is undone after other steps';
  const place = hasGroups(to) ? to.steps.findIndex((one) => one.name === name) : undefined;
  if (stored.order !== undefined && stored.order !== place) return 'is undone at another place';
  if (isOutstanding(step.compensation) && !includesAll(is.succeeds, was?.succeeds ?? [])) {
    return 'is undone by a command that may end in other events';
  }
  return null;
}

/** An effect that stands, or may come to stand, and that the saga's own version does not undo. */
function isMissing(from: SagaDefinition, { name, action }: StepState): boolean {
  const step = from.steps.find((one) => one.name === name);
  if (!action || step?.phase === 'retriable') return false;
  if (action.status === 'succeeded') return step?.phase === 'compensatable';
  return isOutstanding(action) && step?.kind !== 'local';
}
