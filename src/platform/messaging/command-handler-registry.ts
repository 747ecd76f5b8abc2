import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { commandHandlerKey } from './nest-metadata.js';
import { ExternalCommandHandler, LocalCommandHandler } from './command-handlers.js';
import type { Message, MessageType } from './message.js';

/** A handler as the engine may call it. `plain`: an ordinary Nest handler, called one by one. */
export type KnownHandler =
  | {
      readonly kind: 'local';
      readonly type: MessageType;
      readonly handler: LocalCommandHandler<Message<unknown>, Message<unknown>>;
    }
  | {
      readonly kind: 'external';
      readonly type: MessageType;
      readonly handler: ExternalCommandHandler<Message<unknown>, unknown, Message<unknown>>;
    }
  | {
      readonly kind: 'plain';
      readonly type: MessageType;
      readonly handler: { execute(command: Message<unknown>): Promise<unknown> };
    };

/** The application's command handlers by wire name, found by their `@CommandHandler` decorators. */
@Injectable()
export class CommandHandlerRegistry implements OnApplicationBootstrap {
  private readonly byName = new Map<string, KnownHandler>();

  constructor(private readonly discovery: DiscoveryService) {}

  onApplicationBootstrap(): void {
    this.explore();
  }

  /** @throws Error when two handlers want the same command: which one ran would be chance. */
  explore(): void {
    if (this.byName.size > 0) return;
    for (const { instance, metatype } of this.discovery.getProviders()) {
      const provided: unknown = instance;
      if (!metatype || typeof provided !== 'object' || provided === null) continue;
      const type = Reflect.getMetadata(commandHandlerKey, metatype) as Partial<MessageType> | undefined;
      if (!type?.wireName) continue;
      if (this.byName.has(type.wireName)) {
        throw new Error(`Two handlers are provided for the command ${type.wireName}.`);
      }
      this.byName.set(type.wireName, known(provided, type as MessageType));
    }
  }

  /** Null when no handler is registered. */
  find(wireName: string): KnownHandler | null {
    return this.byName.get(wireName) ?? null;
  }

  /** Which commands run inside a transaction and which call the outside. */
  kinds(): Map<string, 'local' | 'external'> {
    return new Map(
      [...this.byName].map(([name, { kind }]) => [name, kind === 'external' ? 'external' : 'local'] as const),
    );
  }
}

function known(instance: object, type: MessageType): KnownHandler {
  if (instance instanceof LocalCommandHandler) {
    return {
      kind: 'local',
      type,
      handler: instance as LocalCommandHandler<Message<unknown>, Message<unknown>>,
    };
  }
  if (instance instanceof ExternalCommandHandler) {
    const handler = instance as ExternalCommandHandler<Message<unknown>, unknown, Message<unknown>>;
    return { kind: 'external', type, handler };
  }
  return {
    kind: 'plain',
    type,
    handler: instance as { execute(command: Message<unknown>): Promise<unknown> },
  };
}
