import { reactionsOf } from './event-answers.js';
import { isAboutChild } from './child-messages.js';
import type { At, Find } from './finding.js';
import type { SagaDefinition } from './types.js';

/** Which commands have a handler, and of which kind. */
export type KnownHandlers = ReadonlyMap<string, 'local' | 'external'>;

/** Every command has a handler, of the kind that its unit is carried out as. */
export function checkHandlers(definition: SagaDefinition, handlers: KnownHandlers, at: At, find: Find): void {
  const check = (path: string, command: string, kind: 'local' | 'external') => {
    const known = handlers.get(command);
    if (!known) find('SAGA.NO_HANDLER', path, `no handler is registered for ${command}`);
    else if (kind === 'external' && known !== 'external') {
      find('SAGA.WRONG_KIND', path, `the handler of ${command} is ${known}, the step ${kind}`);
    } else if (kind === 'local' && known === 'external') {
      find('SAGA.WRONG_KIND', path, `the handler of ${command} calls the outside, the step is local`);
    }
  };
  for (const { name, kind, action } of definition.steps) {
    if (action && (kind === 'local' || kind === 'external')) check(at(name), action.command.wireName, kind);
  }
  for (const { step, kind, command } of definition.compensations)
    if (!isAboutChild(command.wireName)) check(at(step, 'compensation'), command.wireName, kind);
  for (const { closing, command } of definition.closings) check(at(closing), command.wireName, 'local');
  for (const { event, place, reaction } of reactionsOf(definition)) {
    check(at(event, place), reaction.command.wireName, 'local');
  }
}
