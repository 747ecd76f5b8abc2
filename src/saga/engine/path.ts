import { alternativeOf, nameOf, type SagaDefinition, type StepDefinition } from '../definition/index.js';
import { isSettled, type SagaState } from './state.js';

/**
 * The steps that this saga goes through, as far as that is decided: those of alternatives that were taken, and none
 * that another one was taken for.
 */
export function pathOf(definition: SagaDefinition, state: SagaState): readonly StepDefinition[] {
  if (definition.alternatives.length === 0) return definition.steps;
  const replaced = new Map(state.steps.map(({ name, replacedBy }) => [name, replacedBy]));
  const taken = new Set(replaced.values());
  return definition.steps.filter(({ name }) => {
    const alternative = alternativeOf(definition, name);
    return (replaced.get(name) ?? null) === null && (!alternative || taken.has(nameOf(alternative)));
  });
}

/** The step that is under way or next; null when all are done. */
export function currentStepOf(definition: SagaDefinition, state: SagaState): StepDefinition | null {
  const settled = new Set(state.steps.filter(isSettled).map(({ name }) => name));
  return pathOf(definition, state).find(({ name }) => !settled.has(name)) ?? null;
}
