import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Message, MessageType } from '../../platform/messaging/message.js';
import { TransactionalEventPublisher } from '../../platform/messaging/transactional-event-publisher.js';
import { DefinitionRegistry, type SagaDefinition } from '../definition/index.js';
import { DefaultVersions } from './default-versions.js';
import { Starter } from './starter.js';

/**
 * Starts the sagas that begin with an event, in the very commit that publishes it: the event never goes without its
 * saga, and no delivery is made for it. Those of a whole wave are started by one statement.
 *
 * It only inserts: a wave must not wait for the row of another saga.
 */
@Injectable()
export class EventStarter implements OnModuleInit {
  constructor(
    private readonly definitions: DefinitionRegistry,
    private readonly defaults: DefaultVersions,
    private readonly starter: Starter,
    private readonly publisher: TransactionalEventPublisher,
  ) {}

  /** @throws Error for a definition that an event starts and that has no default version: it never would begin */
  onModuleInit(): void {
    const started = this.definitions.all().filter(({ startedBy }) => startedBy !== null);
    const names = [...new Set(started.map(({ name }) => name))];
    names.forEach((name) => this.defaults.of(name));
    if (names.length === 0) return;
    this.publisher.onCommitting(async (events) => {
      for (const name of names) {
        await this.start(this.definitions.get(name, this.defaults.of(name)), events);
      }
    });
  }

  private async start(definition: SagaDefinition, events: readonly Message<unknown>[]): Promise<void> {
    const { startedBy } = definition;
    const matching = events.filter((event) => wireNameOf(event) === startedBy?.event.wireName);
    if (!startedBy || matching.length === 0) return;
    await this.starter.startSole(
      definition,
      matching.map(({ data }) => startedBy.map(data)),
    );
  }
}

function wireNameOf(event: Message<unknown>): string {
  return (event.constructor as unknown as MessageType).wireName;
}
