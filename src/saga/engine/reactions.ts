import { answerTo, type React, type SagaDefinition } from '../definition/index.js';
import type { ReactionState, SagaState, UnitRef } from './state.js';
import type { Transition } from './transition.js';

/**
 * Intends what is to be done about events that were heard and has no command yet: at once, or again when a person has
 * had the mapping mended that parked the saga, on the way back before its end at the latest. Reactions run beside the
 * steps; only the saga's end waits for them.
 */
export function intendReactions(t: Transition): void {
  for (const { id, event, place, data, unit } of t.state.reactions) {
    if (unit) continue;
    const reference = t.env.newId();
    const mapped = t.mapOrPark(() => {
      const { command, map } = reactionTo(t.definition, event, place);
      return { command, input: map({ ...t.context(reference), event: { id, data } }) };
    });
    if (!mapped) return;
    const { command, input } = mapped.value;
    t.add({
      kind: 'intended',
      unit: { role: 'reaction', name: id },
      command: command.wireName,
      input,
      reference,
      undo: null,
    });
  }
}

/** What the definition says of a reaction; null: it is none of this saga's. */
export function reactionOf(definition: SagaDefinition, state: SagaState, ref: UnitRef): React | null {
  const reaction = state.reactions.find(({ id }) => id === ref.name);
  if (ref.role !== 'reaction' || !reaction) return null;
  const answer = answerTo(definition, reaction.event, reaction.place);
  return answer?.then === 'react' ? answer : null;
}

/** @throws Error when the definition has none: it is not the one that the event was heard by */
function reactionTo(definition: SagaDefinition, event: string, place: string): React {
  const answer = answerTo(definition, event, place);
  if (answer?.then !== 'react') throw new Error(`There is no reaction to ${event} at ${place}.`);
  return answer;
}

/** The step that a reaction is shown at: where the saga stood, or what it had turned back for. */
export function stepOfReaction(state: SagaState, { place }: ReactionState): string {
  return state.steps.some(({ name }) => name === place) ? place : (state.cause?.step ?? place);
}
