import { stepsBefore } from './alternatives.js';
import { reactionsOf } from './event-answers.js';
import type { At, Find } from './finding.js';
import { probe } from './probe.js';
import type { SagaDefinition } from './types.js';

/** A mapping may read the results of earlier steps only: those of later ones are not stored when it runs. */
export function checkMappings(definition: SagaDefinition, at: At, find: Find): void {
  const names = definition.steps.map((step) => step.name);
  const check = (path: string, earlier: readonly string[], map: (context: never) => unknown) => {
    for (const read of probe(map).reads) {
      if (!names.includes(read))
        find('SAGA.UNKNOWN_NAME', path, `it reads the result of "${read}", which is no step`);
      else if (!earlier.includes(read)) {
        find('SAGA.NOT_STORED', path, `it reads the result of "${read}", which is not stored when this runs`);
      }
    }
  };
  for (const { name, action, wait, skipWhen } of definition.steps) {
    const earlier = stepsBefore(definition, name);
    if (action) check(at(name), earlier, action.map);
    if (wait && 'until' in wait.lasts) check(at(name, 'until'), earlier, wait.lasts.until);
    if (skipWhen) check(at(name, 'skipWhen'), earlier, skipWhen);
  }
  for (const { step, map } of definition.compensations) {
    check(at(step, 'compensation'), stepsBefore(definition, step), map);
  }
  // The way back may begin anywhere: a closing may look at any step, and copes with results that are not there.
  for (const { closing, map } of definition.closings) check(at(closing), names, map);
  // So may an event, and with it a reaction.
  for (const { event, place, reaction } of reactionsOf(definition))
    check(at(event, place), names, reaction.map);
}
