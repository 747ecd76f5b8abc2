import { Injectable, type OnModuleInit } from '@nestjs/common';
import { wireNameOf } from '../../platform/messaging/message.js';
import type { Published } from '../../platform/messaging/outbox.js';
import { TransactionalEventPublisher } from '../../platform/messaging/transactional-event-publisher.js';
import { DefinitionRegistry, type SagaDefinition } from '../definition/index.js';
import type { StartRequest } from './begin-saga.js';
import { DefaultVersions } from './default-versions.js';
import { Starter } from './starter.js';

/**
 * Starts the sagas that begin with an event, in the very commit that publishes it: the event never goes without its
 * saga, and no delivery is made for it. Those of a whole wave are started by one statement. The definition's rollout says
 * which version begins; one that begins with another event, or by hand, does not begin with this one.
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
    started.sort((a, b) => b.version - a.version);
    const names = [...new Set(started.map(({ name }) => name))];
    names.forEach((name) => this.defaults.of(name));
    if (names.length === 0) return;
    const newestFirst = names.map((name) => started.filter((definition) => definition.name === name));
    this.publisher.onExpected((wireNames) => {
      for (const [newest] of newestFirst) {
        if (wireNames.includes(newest!.startedBy!.event.wireName)) this.starter.expect(newest!.name);
      }
    });
    this.publisher.onCommitting(async (events) => {
      for (const versions of newestFirst) await this.start(versions, events);
    });
  }

  private async start(versions: readonly SagaDefinition[], events: readonly Published[]): Promise<void> {
    const requests = new Map<string, (definition: SagaDefinition) => StartRequest | null>();
    for (const published of events) {
      const first = versions
        .map((definition) => requestIn(definition, published))
        .find((one) => one !== null);
      if (!first || requests.has(first.correlationId)) continue;
      requests.set(first.correlationId, (definition) => requestIn(definition, published));
    }
    if (requests.size > 0) await this.starter.startSole(versions[0]!.name, requests);
  }
}

/** What a saga of this version begins with, in the event's trace; null: not with such an event. */
function requestIn({ startedBy }: SagaDefinition, { event, traceparent }: Published): StartRequest | null {
  if (startedBy?.event.wireName !== wireNameOf(event)) return null;
  return { ...startedBy.map(event.data), traceparent };
}
