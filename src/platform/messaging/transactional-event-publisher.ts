import { AsyncLocalStorage } from 'node:async_hooks';
import { Injectable } from '@nestjs/common';
import type { IEvent, IEventPublisher } from '@nestjs/cqrs';
import type { Subject } from 'rxjs';
import { UnitOfWork } from '../database/unit-of-work.js';
import { currentTrace } from '../observability/trace/trace-context.js';
import { Message } from './message.js';
import { Outbox, type Published } from './outbox.js';

/** One for all applications of a process, as that of `UnitOfWork`. */
const capturing = new AsyncLocalStorage<Message<unknown>[]>();

/**
 * Makes `EventBus.publish` part of the ambient unit of work: what others must hear is stored in the same
 * transaction, and the bus sees the event only after the commit, so nobody acts on something rolled back.
 * Outside a unit of work it opens one; await the answer of `publish` then.
 */
@Injectable()
export class TransactionalEventPublisher implements IEventPublisher {
  private bus: Subject<IEvent> | null = null;
  private readonly listeners: ((events: readonly Published[]) => Promise<void>)[] = [];
  private readonly expectant: ((wireNames: readonly string[]) => void)[] = [];
  private readonly pending = new WeakMap<object, Published[]>();

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly outbox: Outbox,
  ) {}

  /** Called once, when the bus exists. */
  connect(bus: Subject<IEvent>): void {
    this.bus = bus;
  }

  /**
   * Calls `listener` before each commit that publishes events, inside its transaction: what it writes commits with
   * them, and what it throws keeps them from being published.
   */
  onCommitting(listener: (events: readonly Published[]) => Promise<void>): void {
    this.listeners.push(listener);
  }

  /** Calls `listener` when somebody says which events are likely to come. */
  onExpected(listener: (wireNames: readonly string[]) => void): void {
    this.expectant.push(listener);
  }

  /**
   * Says which events the ambient unit of work is likely to publish: whoever writes with their commit may ask ahead for
   * what that needs. Nothing depends on it.
   */
  expect(wireNames: readonly string[]): void {
    for (const listener of this.expectant) listener(wireNames);
  }

  publish(event: IEvent): unknown {
    return this.publishAll([event]);
  }

  publishAll(events: readonly IEvent[]): unknown {
    const messages = events.map(requireMessage);
    const captured = capturing.getStore();
    if (captured) return void captured.push(...messages);
    if (!this.unitOfWork.isOpen) return this.unitOfWork.run(async () => this.enlist(messages));
    return this.enlist(messages);
  }

  /**
   * Runs `work` and answers the events it published. They are not stored: the caller publishes those that are to
   * stay. For work behind a savepoint, whose events must go with its writes.
   */
  async capture(work: () => Promise<unknown>): Promise<Message<unknown>[]> {
    const events: Message<unknown>[] = [];
    await capturing.run(events, work);
    return events;
  }

  private enlist(messages: readonly Message<unknown>[]): void {
    const work = this.unitOfWork.current;
    if (!work) throw new Error('Events are enlisted inside a unit of work.');
    // Of whoever publishes it: a commit of many sagas runs in none, and its events belong to as many traces.
    const traceparent = currentTrace()?.traceparent ?? null;
    const published = messages.map((event) => ({ event, traceparent }));
    const known = this.pending.get(work);
    if (known) {
      const before = known.length;
      this.unitOfWork.onTakenBack(() => (known.length = before));
      return void known.push(...published);
    }
    const mine = [...published];
    this.pending.set(work, mine);
    // The hooks below go with a savepoint that is rolled back; the next event has to register them anew.
    this.unitOfWork.onTakenBack(() => this.pending.delete(work));
    this.unitOfWork.beforeCommit(async () => {
      this.outbox.store(mine);
      for (const listener of this.listeners) await listener(mine);
    });
    this.unitOfWork.afterCommit(() => mine.forEach(({ event }) => this.bus?.next(event)));
  }
}

function requireMessage(event: IEvent): Message<unknown> {
  if (event instanceof Message) return event;
  throw new Error(
    `${event.constructor.name} has no wire name: make it with message(…), so that it can be stored.`,
  );
}
