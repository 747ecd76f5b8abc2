import { Command } from '@nestjs/cqrs';
import type { Message } from '../../platform/messaging/message.js';
import type { UnitRef } from './state.js';

/** A stored intent: what the journal says is to be done next, as an event's continuation carries it. */
export interface StoredIntent {
  readonly sagaId: string;
  readonly definition: string;
  readonly version: number;
  readonly unit: UnitRef;
  /** Wire name of the command. */
  readonly command: string;
  readonly input: unknown;
  readonly reference: string;
}

/**
 * What a `@Saga()` stream answers to an event: the command that carries out the stored intent. For the runner it
 * is a hint: it executes what the journal says is next, with the command made here when it belongs to that.
 */
export class StepCommand extends Command<void> {
  constructor(
    readonly intent: StoredIntent,
    readonly command: Message<unknown>,
  ) {
    super();
  }
}

/** What a stream answers when an intent cannot be turned into a command: this one saga parks, the stream lives on. */
export class ParkSaga extends Command<void> {
  constructor(
    readonly intent: Pick<StoredIntent, 'sagaId' | 'unit'>,
    readonly error: unknown,
  ) {
    super();
  }
}
