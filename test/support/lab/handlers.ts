import { Injectable } from '@nestjs/common';
import { CommandHandler, EventBus, type ICommandHandler } from '@nestjs/cqrs';
import { statement } from '../../../src/platform/database/statement.js';
import { UnitOfWork } from '../../../src/platform/database/unit-of-work.js';
import {
  ExternalCommandHandler,
  LocalCommandHandler,
  type Answered,
  type Attempt,
  type Outcome,
} from '../../../src/platform/messaging/command-handlers.js';
import type { Message, MessageType } from '../../../src/platform/messaging/message.js';
import * as m from './messages.js';
import { Outside, Script } from './script.js';

const insertEffect = statement(
  'lab.insert-effect',
  `INSERT INTO lab.effect (key, what) SELECT * FROM unnest($1::text[], $2::text[])`,
);

type Keyed = Message<{ key: string }>;
type Call = Message<{ key: string; reference: string }>;

/** Local handlers: one row an effect. Nothing but the engine keeps them from running twice. */
export function local<C extends Keyed, E extends Keyed>(
  command: MessageType<{ key: string }, C>,
  event: new (data: { key: string }) => E,
) {
  @CommandHandler(command)
  class Handler extends LocalCommandHandler<C, E> {
    constructor(
      unitOfWork: UnitOfWork,
      eventBus: EventBus,
      readonly script: Script,
    ) {
      super(unitOfWork, eventBus);
    }

    async handleBatch(commands: readonly C[]): Promise<readonly Outcome<E>[]> {
      const name = command.wireName;
      const outcomes: Outcome<E>[] = [];
      const done: string[] = [];
      for (const { data } of commands) {
        const rejection = this.script.local(name, data.key);
        outcomes.push(rejection ?? new event(data));
        if (!rejection) done.push(data.key);
      }
      await this.unitOfWork.query(insertEffect, [done, done.map(() => name)]);
      this.script.ran(name, commands.length);
      return outcomes;
    }
  }
  Reflect.defineMetadata('design:paramtypes', [UnitOfWork, EventBus, Script], Handler);
  return Injectable()(Handler) ?? Handler;
}

/** External handlers: the outside keeps its own books, by reference. */
export function external<C extends Call, E extends Call>(
  command: MessageType<{ key: string; reference: string }, C>,
  event: new (data: { key: string; reference: string }) => E,
) {
  @CommandHandler(command)
  class Handler extends ExternalCommandHandler<C, string, E> {
    constructor(
      unitOfWork: UnitOfWork,
      eventBus: EventBus,
      readonly outside: Outside,
    ) {
      super(unitOfWork, eventBus);
    }

    begin(): Promise<void> {
      return Promise.resolve();
    }

    call({ data }: C, attempt: Attempt): Promise<string> {
      return this.outside.act(command.wireName, data, attempt);
    }

    resolve({ data }: C): Promise<string | null> {
      return this.outside.find(command.wireName, data);
    }

    async record(answered: readonly Answered<C, string>[]): Promise<readonly Outcome<E>[]> {
      const keys = answered.map(({ command: { data } }) => data.key);
      this.outside.script.local(`record ${command.wireName}`, keys[0]!);
      await this.unitOfWork.query(insertEffect, [keys, keys.map(() => command.wireName)]);
      return answered.map(({ command: { data } }) => new event(data));
    }
  }
  Reflect.defineMetadata('design:paramtypes', [UnitOfWork, EventBus, Outside], Handler);
  return Handler;
}

/** An ordinary Nest handler, which knows nothing of batches. */
@CommandHandler(m.Note)
export class NoteHandler implements ICommandHandler<m.Note> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly eventBus: EventBus,
    private readonly script: Script,
  ) {}

  async execute({ data }: m.Note): Promise<void> {
    await this.unitOfWork.run(async () => {
      await this.unitOfWork.query(insertEffect, [[data.key], [m.Note.wireName]]);
      // After the write, so that a rejection has something to roll back.
      const rejection = this.script.local(m.Note.wireName, data.key);
      if (rejection) throw rejection;
      this.eventBus.publish(new m.Announced({ ...data, subject: data.key }));
      this.eventBus.publish(new m.Noted(data));
    });
  }
}

export const labHandlers = [
  local(m.Hold, m.Held),
  local(m.Unhold, m.Unheld),
  external(m.Pay, m.Paid),
  external(m.Refund, m.Refunded),
  NoteHandler,
  local(m.Unnote, m.Unnoted),
  external(m.Ship, m.Shipped),
  local(m.Finish, m.Finished),
];
