import type { ClosingDefinition, ClosingName, SagaDefinition } from '../definition/index.js';
import { isOutstanding, type SagaState } from '../engine/state.js';
import { fits, includesAll, type Divergence } from './divergence.js';

const closings: readonly ClosingName[] = ['undoing', 'undone'];

/** Whether a saga that has turned back, or is about to, tells the business the same under both versions. */
export function judgeWayBack(state: SagaState, from: SagaDefinition, to: SagaDefinition): Divergence | null {
  const { cause, cancel } = state;
  const version = `v${to.version}`;
  if (cancel && !to.steps.some(({ name }) => name === cancel.step)) {
    return { step: cancel.step, reason: `it turns back at "${cancel.step}", which ${version} does not have` };
  }
  if (!cause) return null;
  // What the business is told is made from the step's place, too.
  if (to.steps[cause.index]?.name !== cause.step) {
    return { step: cause.step, reason: `"${cause.step}" stands at another place in ${version}` };
  }
  const other = closings.find((name) => !isSameClosing(state, name, of(from, name), of(to, name)));
  return other
    ? { step: cause.step, reason: `${version} tells the business otherwise that it is ${other}` }
    : null;
}

function of(definition: SagaDefinition, name: ClosingName): ClosingDefinition | null {
  return definition.closings.find(({ closing }) => closing === name) ?? null;
}

function isSameClosing(
  state: SagaState,
  name: ClosingName,
  was: ClosingDefinition | null,
  is: ClosingDefinition | null,
): boolean {
  if (was?.command.wireName !== is?.command.wireName) return false;
  const unit = state.closings[name];
  if (!was || !is || !isOutstanding(unit)) return true;
  return fits(is.command.schema, unit?.input) && includesAll(is.succeeds, was.succeeds);
}
