import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import type { IEventHandler } from '@nestjs/cqrs';
import { eventsHandlerKey } from './nest-metadata.js';
import type { Message, MessageType } from './message.js';

/** An `@EventsHandler` with the name that its deliveries are stored under. */
export interface Subscriber {
  /** The class's name, or its `static readonly subscription` when the class was renamed since. */
  readonly name: string;
  readonly handler: IEventHandler<Message<unknown>>;
}

/** The application's `@EventsHandler`s: which of them hears what. */
@Injectable()
export class EventSubscribers implements OnApplicationBootstrap {
  private readonly byEvent = new Map<string, Subscriber[]>();
  private readonly byName = new Map<string, Subscriber>();
  private readonly types = new Map<string, MessageType>();

  constructor(private readonly discovery: DiscoveryService) {}

  /** A class provided in two modules is still one subscriber. @throws Error when two classes share a name. */
  onApplicationBootstrap(): void {
    if (this.byName.size > 0) return;
    for (const { instance, metatype } of this.discovery.getProviders()) {
      if (!metatype || typeof instance !== 'object' || instance === null) continue;
      const events = Reflect.getMetadata(eventsHandlerKey, metatype) as MessageType[] | undefined;
      if (events) this.add(instance as IEventHandler<Message<unknown>>, metatype, events);
    }
  }

  /** Names of those who hear this event. */
  of(wireName: string): readonly Subscriber[] {
    return this.byEvent.get(wireName) ?? [];
  }

  /** Null when this build has no such subscriber (any more). */
  find(name: string): Subscriber | null {
    return this.byName.get(name) ?? null;
  }

  /** Who hears what, pairwise: names and wire names. */
  pairs(): { readonly names: string[]; readonly types: string[] } {
    const pairs = [...this.byEvent].flatMap(([type, heard]) => heard.map(({ name }) => ({ name, type })));
    return { names: pairs.map(({ name }) => name), types: pairs.map(({ type }) => type) };
  }

  /** A stored event as its class; null when no subscriber of this build names it. */
  revive(wireName: string, data: unknown): Message<unknown> | null {
    const type = this.types.get(wireName);
    return type ? new type(data) : null;
  }

  private add(
    handler: IEventHandler<Message<unknown>>,
    metatype: object,
    events: readonly MessageType[],
  ): void {
    const { name: className, subscription } = metatype as { name: string; subscription?: string };
    const name = subscription ?? className;
    const known = this.byName.get(name);
    if (known?.handler.constructor === metatype) return;
    if (known) throw new Error(`Two event handlers are named "${name}"; their deliveries would be mixed up.`);
    const subscriber: Subscriber = { name, handler };
    this.byName.set(name, subscriber);
    for (const type of events) {
      if (!type.wireName)
        throw new Error(`${name} hears an event without a wire name; make it with message(…).`);
      this.types.set(type.wireName, type);
      this.byEvent.set(type.wireName, [...this.of(type.wireName), subscriber]);
    }
  }
}
