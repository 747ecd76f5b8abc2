import { answerTo, hears, placeEnded, placeTurnedBack } from '../definition/index.js';
import { engineError } from './errors.js';
import { currentIndex } from './forward.js';
import { intendReactions } from './reactions.js';
import { StimulusRefused, type EventFromOutside, type Heard } from './stimulus.js';
import type { Transition } from './transition.js';
import { endBy, endByEvent } from './waiting.js';

/**
 * An event from outside: it ends the wait that has it for an end; otherwise the definition says what becomes of it
 * where the saga stands. One that was heard before changes nothing.
 *
 * @throws StimulusRefused `SAGA.NOT_HEARD` when the definition says nothing about it
 */
export function hear(t: Transition, heard: EventFromOutside): Heard {
  if (!hears(t.definition, heard.event)) {
    const { name, version } = t.definition;
    throw new StimulusRefused('SAGA.NOT_HEARD', `${name} v${version} hears no ${heard.event}.`);
  }
  const isDueFor = t.state.reactions.some(({ id }) => id === heard.id);
  if (isDueFor || t.state.heard.includes(heard.id)) return { as: 'repeated', reason: null };
  const end = endBy(t, heard.event);
  if (!end) return answer(t, heard);
  endByEvent(t, end, heard);
  return { as: 'applied', reason: null };
}

/** A wait that has just begun may find what came before it. The oldest is first. */
export function hearKept(t: Transition): void {
  for (let found = findKept(t); found; found = findKept(t)) endByEvent(t, found.end, found.kept);
}

function findKept(t: Transition) {
  for (const kept of t.state.kept) {
    const end = t.isPast(kept.until) ? null : endBy(t, kept.event);
    if (end) return { end, kept };
  }
  return null;
}

function answer(t: Transition, { id, event, data, at }: EventFromOutside): Heard {
  const given = answerTo(t.definition, event, placeOf(t));
  // A definition that lacks an answer is not started; one that was made past the verifier loses nothing silently.
  if (!given) throw new StimulusRefused('SAGA.NOT_HEARD', `There is no answer to ${event} at ${placeOf(t)}.`);
  switch (given.then) {
    case 'ignore':
      // The journal of a saga that has ended is closed.
      if (!t.state.end) t.add({ kind: 'event-ignored', id, event, reason: given.reason });
      return { as: 'ignored', reason: given.reason };
    case 'keep': {
      const until = new Date(Date.parse(at) + given.forMs).toISOString();
      t.add({ kind: 'event-kept', id, event, data, until });
      return { as: 'kept', reason: null };
    }
    case 'react':
      t.add({ kind: 'event-heard', id, event, data, place: placeOf(t) });
      intendReactions(t);
      return { as: 'reacted', reason: null };
    case 'park':
      t.add({ kind: 'event-heard', id, event, data });
      t.add({ kind: 'parked', unit: null, error: engineError(given.code, given.message) });
      return { as: 'parked', reason: given.code };
  }
}

/** Where the saga stands, for the table of answers. */
function placeOf(t: Transition): string {
  if (t.state.end) return placeEnded;
  return t.state.cause ? placeTurnedBack : t.definition.steps[currentIndex(t)]!.name;
}
