import type { EventBus } from '@nestjs/cqrs';
import type { UnitOfWork } from '../database/unit-of-work.js';
import type { Message } from './message.js';
import { Rejection } from './rejection.js';

/** The event that ends the command, or the business's no. */
export type Outcome<Event> = Event | Rejection;

/**
 * A command whose whole effect is rows of this database. It can take many at once: the engine hands over all
 * commands of the same kind that are ready together, in one transaction, and one alone goes the same way.
 */
export abstract class LocalCommandHandler<Command extends Message<unknown>, Event extends Message<unknown>> {
  constructor(
    protected readonly unitOfWork: UnitOfWork,
    private readonly eventBus: EventBus,
  ) {}

  /**
   * Does the work inside the ambient transaction with a few set-based statements, and answers one outcome for
   * each command, in their order. A returned `Rejection` keeps what was written for its command (usually
   * nothing) and must not disturb the others. Throwing fails the whole batch; the engine then runs its members
   * alone, and a `Rejection` that is thrown there is that command's no, with nothing kept of what was written. Must
   * not publish events itself and must not catch SQL errors.
   */
  abstract handleBatch(commands: readonly Command[]): Promise<readonly Outcome<Event>[]>;

  /** One command outside a saga, in a unit of work of its own. @throws Rejection when the business says no. */
  async execute(command: Command): Promise<Event> {
    return finish(this, this.unitOfWork, this.eventBus, () => this.handleBatch([command]));
  }
}

/** What a call to the outside is told about the attempt it belongs to. */
export interface Attempt {
  /** 1 for the first. */
  readonly number: number;
  /** Aborted at the attempt's timeout, when its heartbeat is missed, or when the process drains. */
  readonly signal: AbortSignal;
  /** What the last attempt reported before it ended; null when it reported nothing. */
  readonly lastProgress: unknown;
  /** Reports progress (a number or JSON): stored, shown to operators, and a sign of life. */
  heartbeat(progress?: unknown): void;
}

/** The answer of the outside that belongs to a command. */
export interface Answered<Command, Answer> {
  readonly command: Command;
  readonly answer: Answer;
}

/**
 * A command with an effect outside this database, in parts, so that no transaction is open during the call:
 * `begin` shares the commit that stores the intent, `call` talks to the outside, `record` shares the commit that
 * stores the outcome. After a lost answer `resolve` asks before anything is repeated or undone.
 */
export abstract class ExternalCommandHandler<
  Command extends Message<unknown>,
  Answer,
  Event extends Message<unknown>,
> {
  constructor(
    protected readonly unitOfWork: UnitOfWork,
    private readonly eventBus: EventBus,
  ) {}

  /** Writes what must be visible while the call runs (a `pending` payment). Inside the intent's transaction; idempotent. */
  abstract begin(commands: readonly Command[]): Promise<void>;

  /**
   * Asks the outside to act, under an idempotency key that is stable over all attempts. A no of its business is
   * an answer, not an error.
   * @throws RetryableError when nothing happened; OutcomeUnknownError when nobody knows.
   */
  abstract call(command: Command, attempt: Attempt): Promise<Answer>;

  /**
   * Asks the outside, by our own reference, what became of an earlier call. Null: it has no trace of it.
   * @throws RetryableError or OutcomeUnknownError when it cannot be asked now.
   */
  abstract resolve(command: Command, attempt: Attempt): Promise<Answer | null>;

  /**
   * Writes the answers, inside the outcome's transaction, set-based; one outcome for each, in their order.
   * Recording the same answer twice must leave the same rows.
   */
  abstract record(answered: readonly Answered<Command, Answer>[]): Promise<readonly Outcome<Event>[]>;

  /** One command outside a saga. @throws Rejection, RetryableError, OutcomeUnknownError as the parts do. */
  async execute(command: Command): Promise<Event> {
    await this.unitOfWork.run(() => this.begin([command]));
    const answer = await this.call(command, {
      number: 1,
      signal: AbortSignal.timeout(60_000),
      lastProgress: null,
      heartbeat: () => undefined,
    });
    return finish(this, this.unitOfWork, this.eventBus, () => this.record([{ command, answer }]));
  }
}

/** One command's end outside a saga. A returned rejection is thrown after the commit: what was written with it stays. */
async function finish<Event extends Message<unknown>>(
  handler: object,
  unitOfWork: UnitOfWork,
  eventBus: EventBus,
  work: () => Promise<readonly Outcome<Event>[]>,
): Promise<Event> {
  const outcome = await unitOfWork.run(async () => {
    const [only] = await work();
    if (only === undefined) throw new Error(`${handler.constructor.name} answered no outcome.`);
    if (!(only instanceof Rejection)) await eventBus.publish(only);
    return only;
  });
  if (outcome instanceof Rejection) throw outcome;
  return outcome;
}
