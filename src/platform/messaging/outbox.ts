import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../database/unit-of-work.js';
import { newId } from '../ids/new-id.js';
import { EventSubscribers } from './event-subscribers.js';
import { wireNameOf, type Message } from './message.js';
import { storeDeliveries } from './sql/store-deliveries.sql.js';

/** An event as it was published. */
export interface Published {
  readonly event: Message<unknown>;
  /** The trace of whoever published it, as a `traceparent`; null: in none. */
  readonly traceparent: string | null;
}

/**
 * Stored events on their way to the `@EventsHandler`s: one row for each event and subscriber, written in the
 * transaction that publishes the event. An event that nobody subscribed to is not stored: there is nothing to
 * deliver, and a saga's own progress stands in its journal.
 */
@Injectable()
export class Outbox {
  private readonly listeners: (() => void)[] = [];

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly subscribers: EventSubscribers,
  ) {}

  /** Calls `listener` after each commit that stored deliveries. */
  onStored(listener: () => void): void {
    this.listeners.push(listener);
  }

  /** Inside the ambient unit of work, and with its commit. */
  store(events: readonly Published[]): void {
    const rows = events.flatMap(({ event, traceparent }) => {
      const wireName = wireNameOf(event);
      const subscribers = this.subscribers.of(wireName);
      if (subscribers.length === 0) return [];
      const [messageId, key, payload] = [newId(), keyOf(event.data), JSON.stringify(event.data)];
      return subscribers.map(({ name }) => ({
        subscriber: name,
        messageId,
        type: wireName,
        key,
        payload,
        traceparent,
      }));
    });
    if (rows.length === 0) return;
    const stored = this.unitOfWork.query(storeDeliveries, [
      rows.map((row) => row.subscriber),
      rows.map((row) => row.messageId),
      rows.map((row) => row.type),
      rows.map((row) => row.key),
      rows.map((row) => row.payload),
      rows.map((row) => row.traceparent),
    ]);
    this.unitOfWork.withCommit(stored);
    this.unitOfWork.afterCommit(() => this.listeners.forEach((listener) => listener()));
  }
}

/** What keeps its order: events about the same thing reach one subscriber in the order of their commits. */
function keyOf(data: unknown): string {
  if (typeof data !== 'object' || data === null) return '';
  if ('orderId' in data && typeof data.orderId === 'string') return data.orderId;
  return 'subject' in data && typeof data.subject === 'string' ? data.subject : '';
}
