import type { Entry } from './entries.js';
import type { SagaState, UnitState } from './state.js';

/** An event was heard; with a place, something is to be carried out for it. */
export function reactionDue(
  state: SagaState,
  { id, event, data, place }: Extract<Entry, { readonly kind: 'event-heard' }>,
): SagaState {
  if (place === undefined) return state;
  return { ...state, reactions: [...state.reactions, { id, event, place, data, unit: null }] };
}

/** Changes a reaction's unit; nothing when there is no such reaction. */
export function changeReaction(
  state: SagaState,
  id: string,
  change: (unit: UnitState | null) => UnitState | null,
): SagaState {
  const reactions = state.reactions.map((one) => (one.id === id ? { ...one, unit: change(one.unit) } : one));
  return { ...state, reactions };
}

/** It is done, or will not be: the journal remembers it. */
export function reactionEnded(state: SagaState, id: string): SagaState {
  return { ...state, reactions: state.reactions.filter((one) => one.id !== id) };
}
