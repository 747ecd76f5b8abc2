import { isDeepStrictEqual } from 'node:util';
import {
  alternativeOf,
  areSideBySide,
  nameOf,
  stepsBefore,
  type SagaDefinition,
} from '../definition/index.js';
import { pathOf } from '../engine/path.js';
import { resultsOf } from '../engine/results.js';
import { isSettled, type SagaState, type StepState } from '../engine/state.js';
import type { Divergence } from './divergence.js';

/** Whether the saga would have come to this step under the other version, after the same steps as it did. */
export function judgeTurn(
  state: SagaState,
  from: SagaDefinition,
  to: SagaDefinition,
  step: StepState,
): Divergence | null {
  const { name } = step;
  const version = `v${to.version}`;
  const diverges = (reason: string) => ({ step: name, reason });
  if (!to.steps.some((one) => one.name === name)) return diverges(`${version} has no step "${name}"`);
  if (!isDeepStrictEqual(shapeAround(from, step), shapeAround(to, step))) {
    return diverges(`"${name}" stands in a group or alternative that ${version} has in another form`);
  }
  return judgePredecessors(state, from, to, step) ?? judgeCondition(state, to, step);
}

function judgePredecessors(
  state: SagaState,
  from: SagaDefinition,
  to: SagaDefinition,
  { name }: StepState,
): Divergence | null {
  const path = pathOf(to, state);
  const own = path.find((one) => one.name === name);
  if (!own) {
    // Left by now, for an alternative: what stood before it decides what was undone for that.
    const same = isDeepStrictEqual(stepsBefore(from, name), stepsBefore(to, name));
    return same ? null : { step: name, reason: `v${to.version} has other steps before "${name}"` };
  }
  const reached = state.steps.map((one) => one.name);
  for (const before of path.slice(0, path.indexOf(own))) {
    if (areSideBySide(before, own)) continue;
    const place = reached.indexOf(before.name);
    const isBehind = place >= 0 && isSettled(state.steps[place]!);
    if (isBehind && place < reached.indexOf(name)) continue;
    const reason = `v${to.version} has "${before.name}" before "${name}", and the saga has not`;
    return { step: before.name, reason };
  }
  return null;
}

/** Passed over or not: as the other version would have had it, for all that was known then. */
function judgeCondition(state: SagaState, to: SagaDefinition, step: StepState): Divergence | null {
  const { name, passed } = step;
  const definition = to.steps.find((one) => one.name === name)!;
  const before = new Set(stepsBefore(to, name));
  const context = {
    input: state.input,
    results: resultsOf(to, { ...state, steps: state.steps.filter((one) => before.has(one.name)) }),
    reference: step.action?.reference ?? '',
    parameters: definition.parameters,
  };
  try {
    const passes = definition.skipWhen?.(context) ?? false;
    if (passes === (passed !== null)) return null;
    const does = passes ? 'passes' : 'does not pass';
    return { step: name, reason: `v${to.version} ${does} "${name}" over for this input` };
  } catch {
    return { step: name, reason: `the condition of "${name}" in v${to.version} fails for this saga` };
  }
}

/** The group in which a step stands, and the alternatives that were taken for it or that it belongs to. */
function shapeAround(definition: SagaDefinition, { name, replacedBy }: StepState) {
  const branch = definition.steps.find((one) => one.name === name)?.branch ?? null;
  const group = branch && definition.steps.filter((one) => one.branch?.group === branch.group);
  const taken = definition.alternatives.find((one) => one.insteadOf === name && nameOf(one) === replacedBy);
  return {
    group: group?.map((one) => [one.name, one.branch]) ?? null,
    taken: taken ?? null,
    of: alternativeOf(definition, name),
  };
}
