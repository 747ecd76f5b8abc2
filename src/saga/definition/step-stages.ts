import type { ChildResult } from './child-messages.js';
import type { Declared, Typed } from './declared.js';
import type { DataOf, MessageClass } from './message-class.js';
import type { RetryPolicy } from './policy.js';
import type { ConfirmationDefinition, Phase } from './types.js';
import type { Length, TimerEnd, TimerLength, Waiting } from './wait-stages.js';

export type { Declared, Typed } from './declared.js';

/** A compensation also reads its own action as stored; `result` is null when its outcome was never learnt. */
export interface TypedCompensation<Input, Results, ActionInput, Result> extends Typed<Input, Results> {
  readonly action: {
    readonly input: ActionInput;
    readonly result: Result | null;
    readonly reference: string;
  };
}

export interface StepOptions {
  /**
   * Milliseconds one attempt may take; default one minute. A local one shares its transaction: PostgreSQL ends that when
   * it has been idle for ten seconds, and whatever was done in it is undone.
   */
  readonly attemptTimeoutMs?: number;
  /** Overrides single fields of the definition's policy. */
  readonly retry?: Partial<RetryPolicy>;
  /** Static data, visible to operators and to the mapping. */
  readonly parameters?: Readonly<Record<string, unknown>>;
}

export interface ExternalOptions extends StepOptions {
  /** Milliseconds without a heartbeat before the attempt is given up; default: not watched. */
  readonly heartbeatTimeoutMs?: number;
  /** How long the other side honours the idempotency key, in milliseconds; default 24 hours. */
  readonly keyProtectionMs?: number;
  /**
   * Name of whom it calls, e.g. `carrier`. All units of all definitions that name the same one share a circuit breaker:
   * while it is open they are held, and use up no attempts. Default: not watched.
   */
  readonly dependency?: string;
  /**
   * How long the other side may take to decide on what it has accepted (`OutcomePendingError`), and what it means when
   * it does not. Default: it decides in its answer, and an answer that is yet to come is asked for like a lost one.
   */
  readonly confirmed?: Confirmed;
}

/** As stored; `askEveryMs` is an hour by default. */
export type Confirmed = Omit<ConfirmationDefinition, 'askEveryMs'> & { readonly askEveryMs?: number };

export interface CompensationOptions {
  /** Default: the kind of its step. */
  readonly kind?: 'local' | 'external';
  readonly retry?: Partial<RetryPolicy>;
  readonly attemptTimeoutMs?: number;
  /** Whom it calls; default: whom its step calls, if it is external as well. Null: not watched. */
  readonly dependency?: string | null;
  /** Steps whose compensations must have succeeded before this one starts; default none. */
  readonly after?: readonly string[];
}

/** `Carried`: what later steps see of the result; undefined is among it when the step may be passed over. */
export interface CompensatableEnd<I, R, In, Result, Carried = Result> {
  /** The event of a business no. Without it the step cannot be rejected. */
  rejects(event: MessageClass): CompensatableEnd<I, R, In, Result, Carried>;
  /** Passes the step over when `when` answers true; it then has no result and nothing to undo. */
  skipWhen(when: (context: Typed<I, R>) => boolean): CompensatableEnd<I, R, In, Result, Carried | undefined>;
  /** Binds the command that undoes this step's effect; it must be safe when the effect never came about. */
  compensation<Command extends MessageClass>(
    command: Command,
    map: (context: TypedCompensation<I, R, In, Result>) => DataOf<Command>,
    succeeds: MessageClass,
    options?: CompensationOptions,
  ): Declared<Carried>;
  /** Says why there is nothing to undo. */
  noCompensation(why: string): Declared<Carried>;
}

export interface PivotEnd<I, R, In, Result> extends Declared<Result> {
  rejects(event: MessageClass): PivotEnd<I, R, In, Result>;
  /**
   * Binds the command that makes an attempt ineffective that was sent and never answered, when the saga turns back
   * although the other side has no trace of it (yet). A pivot that succeeded is never undone.
   */
  withdrawal<Command extends MessageClass>(
    command: Command,
    map: (context: TypedCompensation<I, R, In, Result>) => DataOf<Command>,
    succeeds: MessageClass,
    options?: CompensationOptions,
  ): Declared<Result>;
}

export interface RetriableEnd<I, R, Result> extends Declared<Result> {
  /** Passes the step over when `when` answers true; it then has no result. */
  skipWhen(when: (context: Typed<I, R>) => boolean): Declared<Result | undefined>;
}

/** How a step may end depends on where it stands: only before the pivot is there anything to undo. */
export type End<P extends Phase, I, R, In, Result> = P extends 'compensatable'
  ? CompensatableEnd<I, R, In, Result>
  : P extends 'pivot'
    ? PivotEnd<I, R, In, Result>
    : RetriableEnd<I, R, Result>;

export interface Succeeding<P extends Phase, I, R, In> {
  /** The event that ends the step; its data is the step's result. */
  succeeds<Event extends MessageClass>(event: Event): End<P, I, R, In, DataOf<Event>>;
}

export interface Acting<P extends Phase, I, R> {
  /** The command that does the step, and the mapping from stored data to its data. */
  action<Command extends MessageClass>(
    command: Command,
    map: (context: Typed<I, R>) => DataOf<Command>,
  ): Succeeding<P, I, R, DataOf<Command>>;
}

export interface ChildOptions<I, R> extends StepOptions {
  /** Default: the child definition's default at the moment of the start. */
  readonly version?: number;
  /** The child's business key; default: its parent's. */
  readonly key?: (context: Typed<I, R>) => string;
}

/** What undoes a child is implied: it turns back. */
export interface ChildEnd<I, R, Results> extends Declared<ChildResult<Results>> {
  /** Passes the step over when `when` answers true; no saga is started then. */
  skipWhen(when: (context: Typed<I, R>) => boolean): Declared<ChildResult<Results> | undefined>;
}

export interface StepStart<P extends Phase, I, R> {
  /** Another saga, until it ends; turning back turns it back as well. Before the pivot it has to be one that can be undone. */
  child<Results = Readonly<Record<string, unknown>>>(
    definition: string,
    input: (context: Typed<I, R>) => unknown,
    options?: ChildOptions<I, R>,
  ): P extends 'pivot' ? Declared<ChildResult<Results>> : ChildEnd<I, R, Results>;

  /** Rows of this database only: exactly once. */
  local(options?: StepOptions): Acting<P, I, R>;
  /** A call to the outside between two commits. */
  external(options?: ExternalOptions): Acting<P, I, R>;
  /** Until one of several events or a deadline, whichever comes first. */
  wait(length: Length<I, R>): Waiting<P, I, R>;
  /** Until a time. Costs one row, however long it is. */
  timer(length: TimerLength<I, R>): TimerEnd<P, I, R>;
}
