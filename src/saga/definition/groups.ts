import type { SagaDefinition, StepDefinition } from './types.js';

/** Whether two steps stand in branches of one group beside each other. */
export function areSideBySide(a: StepDefinition, b: StepDefinition): boolean {
  return a.branch !== null && a.branch.group === b.branch?.group && a.branch.branch !== b.branch.branch;
}

/** The steps in the order in which they are entered: each stage has one branch, or those of a group. */
export function stagesOf(steps: readonly StepDefinition[]): StepDefinition[][][] {
  const stages: StepDefinition[][][] = [];
  let last: StepDefinition | null = null;
  for (const step of steps) {
    const stage = stages.at(-1);
    if (!last?.branch || last.branch.group !== step.branch?.group) stages.push([[step]]);
    else if (areSideBySide(last, step)) stage!.push([step]);
    else stage!.at(-1)!.push(step);
    last = step;
  }
  return stages;
}

/** Whether the definition has branches that run side by side. */
export function hasGroups({ steps }: SagaDefinition): boolean {
  return steps.some(({ branch }) => branch !== null);
}
