import type { EventIdProvider } from '@nestjs/cqrs';

/**
 * Keeps Nest's bus from calling `@EventsHandler`s: an id that never equals another matches no subscription.
 * They are called by the `OutboxDispatcher` instead, once for every stored delivery and inside a transaction;
 * on the bus, a failing or slow handler would lose the event. The `@Saga()` streams do not go by ids (`ofType`
 * compares classes), so they see every event.
 */
export class NeverMatchingEventIds implements EventIdProvider {
  private count = 0;

  getEventId(): string {
    return `never-${++this.count}`;
  }
}
