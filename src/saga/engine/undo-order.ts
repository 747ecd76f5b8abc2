import type { StepState } from './state.js';

/** The latest effect first: as they were reached, and those of a group as they are declared. */
export function lastFirst(steps: readonly StepState[]): StepState[] {
  const placeOf = (step: StepState) => step.undo?.order ?? steps.indexOf(step);
  const hasOrder = steps.some(({ undo }) => undo?.order !== undefined);
  return hasOrder ? [...steps].sort((a, b) => placeOf(b) - placeOf(a)) : [...steps].reverse();
}
