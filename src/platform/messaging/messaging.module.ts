import { Global, Module, type OnModuleInit } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { CqrsModule, EventBus } from '@nestjs/cqrs';
import { CommandHandlerRegistry } from './command-handler-registry.js';
import { EventSubscribers } from './event-subscribers.js';
import { Lookout } from './lookout.js';
import { NeverMatchingEventIds } from './never-matching-event-ids.js';
import { OutboxDispatcher } from './outbox-dispatcher.js';
import { OutboxHealth } from './outbox-health.js';
import { Outbox } from './outbox.js';
import { Signals } from './signals.js';
import { TransactionalEventPublisher } from './transactional-event-publisher.js';

/** What stands behind the buses: the registries and the outbox. Apart, because Nest's bus is built from it. */
@Global()
@Module({
  imports: [DiscoveryModule],
  providers: [
    CommandHandlerRegistry,
    EventSubscribers,
    Lookout,
    Outbox,
    TransactionalEventPublisher,
    Signals,
  ],
  exports: [CommandHandlerRegistry, EventSubscribers, Lookout, Outbox, TransactionalEventPublisher, Signals],
})
class MessagingCoreModule {}

/** Nest's CQRS buses with a durable event publisher behind them. */
@Module({
  imports: [
    MessagingCoreModule,
    CqrsModule.forRootAsync({
      inject: [TransactionalEventPublisher],
      useFactory: (eventPublisher: TransactionalEventPublisher) => ({
        eventPublisher,
        eventIdProvider: new NeverMatchingEventIds(),
      }),
    }),
  ],
  providers: [OutboxDispatcher, OutboxHealth],
  exports: [OutboxDispatcher],
})
export class MessagingModule implements OnModuleInit {
  constructor(
    private readonly eventBus: EventBus,
    private readonly publisher: TransactionalEventPublisher,
  ) {}

  onModuleInit(): void {
    this.publisher.connect(this.eventBus.subject$);
  }
}
