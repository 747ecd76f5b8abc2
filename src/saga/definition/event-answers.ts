import type { EventAnswer, EventDefinition, Ignore, Keep, React, SagaDefinition } from './types.js';

/** It came early: for so many milliseconds it waits for the wait that has it for an end. */
export const keep = (forMs: number): Keep => ({ then: 'keep', forMs });

/** @param reason half a sentence, for who looks for it later */
export const ignore = (reason: string): Ignore => ({ then: 'ignore', reason });

/** Where a saga stands that undoes, or has undone, what it did. */
export const placeTurnedBack = 'turned-back';

/** Where a saga stands that has ended. */
export const placeEnded = 'ended';

/** Whether the definition names this event: in an end of a wait, or with answers of its own. */
export function hears({ steps, events }: SagaDefinition, event: string): boolean {
  return (
    events.some((one) => one.event.wireName === event) ||
    steps.some(({ wait }) => wait?.cases.some((one) => one.event.wireName === event))
  );
}

/** The answer to an event at a place where no wait has it for an end; null: the definition has none. */
export function answerTo(definition: SagaDefinition, event: string, place: string): EventAnswer | null {
  const declared = definition.events.find((one) => one.event.wireName === event);
  const own = declared && Object.hasOwn(declared.answers, place) ? declared.answers[place] : null;
  return own ?? declared?.otherwise ?? definition.unexpected;
}

/** A reaction with the place that declares it. */
export interface PlacedReaction {
  readonly event: string;
  /** `otherwise` for all that have no answer of their own. */
  readonly place: string;
  readonly reaction: React;
}

/** All reactions that the definition declares. */
export function reactionsOf({ events }: SagaDefinition): PlacedReaction[] {
  return events.flatMap(({ event: { wireName: event }, answers, otherwise }) =>
    Object.entries({ ...answers, otherwise } satisfies Record<string, EventDefinition['otherwise']>).flatMap(
      ([place, reaction]) => (reaction?.then === 'react' ? [{ event, place, reaction }] : []),
    ),
  );
}
