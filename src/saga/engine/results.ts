import { nameOf, type SagaDefinition } from '../definition/index.js';
import type { SagaState, WaitEnded, WaitState } from './state.js';

/**
 * What a mapping may read of the steps so far, by step name. Under the name of a step in whose place an alternative
 * was taken stands the result of the alternative's last step; what was undone for it has none any more.
 */
export function resultsOf(definition: SagaDefinition, state: SagaState): Readonly<Record<string, unknown>> {
  const results: Record<string, unknown> = {};
  for (const { name, action, wait, replacedBy } of state.steps) {
    if (replacedBy !== null) continue;
    if (action?.status === 'succeeded') results[name] = action.result;
    else if (wait?.ended?.goesOn) results[name] = endOf(wait, wait.ended);
  }
  // From the innermost outwards: an alternative's last step may itself have been replaced.
  for (const { name, replacedBy } of [...state.steps].reverse()) {
    const taken = definition.alternatives.find((one) => nameOf(one) === replacedBy && one.insteadOf === name);
    const last = taken?.steps.at(-1);
    if (last !== undefined && last in results) results[name] = results[last];
  }
  return results;
}

/** How a wait has ended, as mappings see it. */
function endOf({ result }: WaitState, ended: WaitEnded): { case: string | null; data: unknown } {
  return { case: ended.case ?? ended.event, data: result };
}
