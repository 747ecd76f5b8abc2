import type { DataOf, MessageClass } from './message-class.js';
import type { Declared, Typed } from './declared.js';
import type { GoOn, Overdue, Park, Phase } from './types.js';

/** Until a time that a mapping makes: ISO 8601. It is run once, when the wait begins. */
export interface Until<I, R> {
  readonly until: (context: Typed<I, R>) => string;
}

export type Length<I, R> = { readonly withinMs: number } | Until<I, R>;

export type TimerLength<I, R> = { readonly forMs: number } | Until<I, R>;

/** How a wait has ended, as later steps see it. */
export interface Ended<Case extends string, Data> {
  readonly case: Case;
  readonly data: Data;
}

/** `Ends`: those that go on, so far. A retriable wait has no other: after the pivot nothing turns back. */
export type Waiting<P extends Phase, I, R, Ends = never> = {
  /** An event that ends it; later steps find it under this name. */
  on<Case extends string, Event extends MessageClass>(
    name: Case,
    event: Event,
  ): WaitingMore<P, I, R, Ends | Ended<Case, DataOf<Event>>>;
} & (P extends 'retriable'
  ? unknown
  : {
      /** An event that is a no: the saga turns back, with its code and message as the cause. */
      turnsBackOn(
        name: string,
        event: MessageClass<{ readonly code: string; readonly message: string }>,
      ): WaitingMore<P, I, R, Ends>;
    });

export type WaitingMore<P extends Phase, I, R, Ends> = Waiting<P, I, R, Ends> & {
  /** What it means when none of the events has come in time: `goesOn()`, `turnsBack(…)` or `parks(…)`. */
  overdue<End extends (P extends 'retriable' ? GoOn | Park : GoOn | Overdue)>(
    end: End,
  ): WaitEnd<P, I, R, End extends GoOn ? Ends | Ended<'overdue', null> : Ends>;
};

/** A wait has no effect of its own, so there is nothing to compensate. */
export type WaitEnd<P extends Phase, I, R, Result> = P extends 'compensatable'
  ? Explained<Result> & {
      skipWhen(when: (context: Typed<I, R>) => boolean): Explained<Result | undefined>;
    }
  : P extends 'pivot'
    ? Declared<Result>
    : Declared<Result> & { skipWhen(when: (context: Typed<I, R>) => boolean): Declared<Result | undefined> };

export type TimerEnd<P extends Phase, I, R> = WaitEnd<P, I, R, Ended<'overdue', null>>;

interface Explained<Result> {
  /** Says why there is nothing to undo. */
  noCompensation(why: string): Declared<Result>;
}
