import type { SagaDefinition } from '../definition/index.js';
import { reactionOf } from './reactions.js';
import type { SagaState, UnitRef } from './state.js';

/** The command, with all that belongs to it, that a definition binds to a unit; null: none. */
export function declarationOf(definition: SagaDefinition, state: SagaState, ref: UnitRef) {
  const { steps, compensations, closings } = definition;
  const { role, name } = ref;
  switch (role) {
    case 'reaction':
      return reactionOf(definition, state, ref);
    case 'action':
      return steps.find((step) => step.name === name)?.action ?? null;
    case 'compensation':
      return compensations.find(({ step }) => step === name) ?? null;
    case 'closing':
      return closings.find(({ closing }) => closing === name) ?? null;
  }
}
