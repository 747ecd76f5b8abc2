import { answerTo, placeEnded, placeTurnedBack } from './event-answers.js';
import { duplicates, type At, type Find } from './finding.js';
import type { EventAnswer, SagaDefinition } from './types.js';

const reserved = [placeTurnedBack, placeEnded, 'otherwise'];

/** For each event from outside and each place where a saga may stand there is one answer, and it makes sense. */
export function checkEvents(definition: SagaDefinition, at: At, find: Find): void {
  const names = definition.steps.map(({ name }) => name);
  for (const name of names.filter((one) => reserved.includes(one))) {
    find(
      'SAGA.RESERVED_NAME',
      at(name),
      `no step may be called "${name}": answers to events go by this name`,
    );
  }
  for (const event of duplicates(definition.events.map((one) => one.event.wireName))) {
    find('SAGA.TWO_ANSWERS', at(event), 'the answers to this event are declared twice');
  }
  const places = [...names, placeTurnedBack, placeEnded];
  for (const { event, answers } of definition.events) {
    for (const place of Object.keys(answers).filter((one) => !places.includes(one))) {
      find('SAGA.UNKNOWN_NAME', at(event.wireName), `it has an answer for "${place}", which is no step`);
    }
  }
  const cases = definition.steps.flatMap(({ wait }) => wait?.cases ?? []);
  const heard = [...definition.events, ...cases].map((one) => one.event.wireName);
  for (const event of new Set(heard)) {
    for (const place of places) checkPair(definition, event, place, at(event, place), find);
  }
}

function checkPair(definition: SagaDefinition, event: string, place: string, path: string, find: Find): void {
  const declared = definition.events.find((one) => one.event.wireName === event);
  if (endsWait(definition, place, event)) {
    if (declared && Object.hasOwn(declared.answers, place)) {
      find('SAGA.ANSWER_AT_WAIT', path, 'here it ends the wait; another answer would never be given');
    }
    return;
  }
  const answer = answerTo(definition, event, place);
  if (!answer) {
    find(
      'SAGA.EVENT_WITHOUT_ANSWER',
      path,
      'say with hears(…) or unexpected(…) what becomes of it: keep, ignore, react or park',
    );
  } else checkAnswer(definition, event, place, answer, path, find);
}

function checkAnswer(
  definition: SagaDefinition,
  event: string,
  place: string,
  answer: EventAnswer,
  path: string,
  find: Find,
): void {
  if (answer.then === 'park' && place === placeEnded) {
    find('SAGA.PARKED_AT_END', path, 'a saga that has ended is parked by nothing; ignore it');
  }
  if (answer.then === 'react' && place === placeEnded) {
    find('SAGA.REACTION_AT_END', path, 'a saga that has ended does nothing any more; ignore it');
  }
  if (answer.then === 'react' && answer.succeeds.length === 0) {
    find('SAGA.NO_OUTCOME', path, 'say which event ends the reaction');
  }
  if (answer.then !== 'keep') return;
  if (!(answer.forMs > 0)) find('SAGA.BAD_POLICY', path, `it is kept for ${answer.forMs} ms`);
  const names = definition.steps.map(({ name }) => name);
  const later = names.includes(place) ? names.slice(names.indexOf(place) + 1) : [];
  if (!later.some((step) => endsWait(definition, step, event))) {
    find('SAGA.KEPT_FOR_NOTHING', path, 'no later wait has it for an end');
  }
}

function endsWait({ steps }: SagaDefinition, place: string, event: string): boolean {
  const wait = steps.find(({ name }) => name === place)?.wait;
  return wait?.cases.some((one) => one.event.wireName === event) ?? false;
}
