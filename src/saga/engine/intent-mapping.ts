import { Injectable } from '@nestjs/common';
import { CommandHandlerRegistry } from '../../platform/messaging/command-handler-registry.js';
import type { Message } from '../../platform/messaging/message.js';
import type { SagaDefinition } from '../definition/index.js';
import { unitOf, type SagaState, type UnitRef } from './state.js';
import type { StoredIntent } from './step-command.js';

/** The one mapping from a stored intent to its command; streams, waves and recovery all use it. */
@Injectable()
export class IntentMapping {
  constructor(private readonly handlers: CommandHandlerRegistry) {}

  /** @throws Error when no handler is registered for it, or the stored input does not fit its schema */
  commandFor(intent: StoredIntent): Message<unknown> {
    const known = this.handlers.find(intent.command);
    if (!known) throw new Error(`No handler is registered for the command ${intent.command}.`);
    return new known.type(known.type.schema.parse(intent.input));
  }

  /** The intent of a pending unit. @throws Error when the definition no longer names its command */
  intentOf(definition: SagaDefinition, state: SagaState, ref: UnitRef): StoredIntent {
    const unit = unitOf(state, ref);
    if (!unit) throw new Error(`Saga ${state.id} has no ${ref.role} "${ref.name}".`);
    return {
      sagaId: state.id,
      definition: definition.name,
      version: definition.version,
      unit: ref,
      command: unit.command,
      input: unit.input,
      reference: unit.reference,
    };
  }
}
