import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import {
  CommandHandlerRegistry,
  type KnownHandler,
} from '../../platform/messaging/command-handler-registry.js';
import type { Outcome } from '../../platform/messaging/command-handlers.js';
import { wireNameOf, type Message } from '../../platform/messaging/message.js';
import { Rejection } from '../../platform/messaging/rejection.js';
import { TransactionalEventPublisher } from '../../platform/messaging/transactional-event-publisher.js';

/** A command's outcome, and what else its handler published on the way. */
export interface Executed {
  readonly outcome: Outcome<Message<unknown>>;
  readonly others: readonly Message<unknown>[];
}

/** Runs commands inside the ambient unit of work: those of one kind together when their handler can take a batch. */
@Injectable()
export class StepExecutor {
  constructor(
    private readonly handlers: CommandHandlerRegistry,
    private readonly publisher: TransactionalEventPublisher,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /**
   * @param expected the declared outcome events of each command, by wire name; null: any
   * @throws Error when one of them fails; the transaction is then of no more use
   */
  async execute(
    commands: readonly Message<unknown>[],
    expected: readonly (readonly string[] | null)[],
  ): Promise<Executed[]> {
    this.publisher.expect([...new Set(expected.flatMap((wireNames) => wireNames ?? []))]);
    const { kind, handler } = this.handlerOf(commands[0]);
    if (kind === 'external') throw new Error('A command to the outside is never run inside a transaction.');
    if (kind === 'plain') {
      const executed: Executed[] = [];
      for (const [index, command] of commands.entries()) {
        executed.push(await this.executePlain(handler, command, expected[index] ?? null));
      }
      return executed;
    }
    return this.checked(await handler.handleBatch(commands), commands, expected);
  }

  /** Writes what must be visible while the calls run. */
  async begin(commands: readonly Message<unknown>[]): Promise<void> {
    await this.external(commands[0]).begin(commands);
  }

  /** Writes the outside's answers. */
  async record(
    answered: readonly { command: Message<unknown>; answer: unknown }[],
    expected: readonly (readonly string[] | null)[],
  ): Promise<Executed[]> {
    const commands = answered.map(({ command }) => command);
    return this.checked(await this.external(commands[0]).record(answered), commands, expected);
  }

  /** The handler of a command to the outside. @throws Error when it has none, or one of another kind */
  external(command: Message<unknown> | undefined) {
    const known = this.handlerOf(command);
    if (known.kind !== 'external') throw new Error(`${known.type.wireName} has no external handler.`);
    return known.handler;
  }

  private handlerOf(command: Message<unknown> | undefined): KnownHandler {
    const wireName = command && wireNameOf(command);
    const known = wireName ? this.handlers.find(wireName) : null;
    if (!known) throw new Error(`No handler is registered for the command ${wireName ?? '(none)'}.`);
    return known;
  }

  /** An ordinary Nest handler: alone, behind a savepoint; the declared event among those it publishes is its outcome. */
  private async executePlain(
    handler: { execute(command: Message<unknown>): Promise<unknown> },
    command: Message<unknown>,
    expected: readonly string[] | null,
  ): Promise<Executed> {
    let events: Message<unknown>[];
    try {
      events = await this.unitOfWork.nested(() => this.publisher.capture(() => handler.execute(command)));
    } catch (error) {
      if (error instanceof Rejection) return { outcome: error, others: [] };
      throw error;
    }
    const outcomes = events.filter((event) => expected === null || expected.includes(wireNameOf(event)));
    const [outcome] = outcomes;
    if (!outcome || outcomes.length > 1) {
      const declared = expected?.join(' or ') ?? 'an event';
      throw new Error(
        `${wireNameOf(command)} must end with exactly one ${declared}; it published ${outcomes.length}.`,
      );
    }
    return { outcome, others: events.filter((event) => event !== outcome) };
  }

  private checked(
    outcomes: readonly Outcome<Message<unknown>>[],
    commands: readonly Message<unknown>[],
    expected: readonly (readonly string[] | null)[],
  ): Executed[] {
    if (outcomes.length !== commands.length) {
      throw new Error(`${commands.length} commands were answered with ${outcomes.length} outcomes.`);
    }
    return outcomes.map((outcome, index) => {
      const declared = expected[index];
      if (!(outcome instanceof Rejection) && declared && !declared.includes(wireNameOf(outcome))) {
        throw new Error(
          `${wireNameOf(commands[index]!)} ended with ${wireNameOf(outcome)}, not ${declared.join(' or ')}.`,
        );
      }
      return { outcome, others: [] };
    });
  }
}
