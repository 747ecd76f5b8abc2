import type { MessageClass } from './message-class.js';
import type { RetryPolicy } from './policy.js';

/** Where a step stands to the point of no return. */
export type Phase = 'compensatable' | 'pivot' | 'retriable';

/**
 * `local`: rows of this database, exactly once. `external`: a call to the outside between two commits.
 * `wait`: until an event or a deadline. `timer`: until a time. `child`: another saga, until it ends.
 */
export type StepKind = 'local' | 'external' | 'wait' | 'timer' | 'child';

/** What a mapping may read: only stored data. */
export interface MappingContext {
  /** The saga's input, as stored at its start. */
  readonly input: unknown;
  /** Results of earlier steps by step name: the data of their success events. */
  readonly results: Readonly<Record<string, unknown>>;
  /** UUIDv7 minted with the intent, the same over all attempts: the reference and idempotency key for the outside. */
  readonly reference: string;
  /** The step's static parameters. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** A compensation also sees its own action, exactly as stored. */
export interface CompensationContext extends MappingContext {
  /** `result` is null when the action's outcome was never learnt: only its input and reference are certain. */
  readonly action: { readonly input: unknown; readonly result: unknown; readonly reference: string };
}

/** Why a saga turned back, as a closing command sees it. */
export interface CauseInfo {
  readonly type: 'rejected' | 'failed' | 'cancelled' | 'deadline' | 'operator' | 'terminated';
  /** The step that failed, or that was current when somebody asked. */
  readonly step: string;
  /** Its place in the definition, from 0. */
  readonly index: number;
  readonly code: string;
  readonly message: string;
}

/** Closing commands see the cause. */
export interface ClosingContext extends MappingContext {
  readonly cause: CauseInfo;
}

/** A command with the mapping that makes its data, and the event that says it is done. */
export interface UnitDefinition<Context> {
  readonly command: MessageClass;
  readonly map: (context: Context) => unknown;
  /** Success events; the unit ends with exactly one of them. */
  readonly succeeds: readonly MessageClass[];
}

export interface ActionDefinition extends UnitDefinition<MappingContext> {
  /** The event of a business no; null: this step cannot be rejected. */
  readonly rejects: MessageClass | null;
}

/** What becomes of something that was waited for too long. */
export type Overdue = TurnBack | Park;

export type TurnBack = {
  readonly then: 'turn-back';
  readonly code: string;
  readonly message: string;
};

export type Park = {
  readonly then: 'park';
  readonly code: string;
  readonly message: string;
};

export type GoOn = {
  readonly then: 'go-on';
};

/** One of the ends that a wait may come to by an event. */
export interface WaitCase {
  /** What later steps know it by. */
  readonly name: string;
  readonly event: MessageClass;
  /** `turn-back`: the event is a no; its data has a `code` and a `message`. */
  readonly then: 'go-on' | 'turn-back';
}

/** How long something is waited for: milliseconds from its beginning, or until a time that a mapping makes. */
export type Lasting =
  | { readonly ms: number }
  /** Answers ISO 8601. Run once, when the wait begins. */
  | { readonly until: (context: MappingContext) => unknown };

/** A wait: ended by one of its events or by its time, whichever is first. */
export interface WaitDefinition {
  /** None: a timer. */
  readonly cases: readonly WaitCase[];
  readonly lasts: Lasting;
  readonly overdue: Overdue | GoOn;
}

/** What becomes of an event that comes where no wait has it for an end. Where one has, it is applied. */
export type EventAnswer = Keep | Ignore | Park | React;

/** It came early: it is kept, and ends the first wait that has it for an end and begins in time. */
export type Keep = {
  readonly then: 'keep';
  /** Milliseconds from when it came. */
  readonly forMs: number;
};

export type Ignore = {
  readonly then: 'ignore';
  /** Half a sentence for who looks for it later. */
  readonly reason: string;
};

/** Reactions see the event. */
export interface ReactionContext extends MappingContext {
  readonly event: { readonly id: string; readonly data: unknown };
}

/** A local command is carried out for it, beside the steps. */
export interface React extends UnitDefinition<ReactionContext> {
  readonly then: 'react';
  readonly retry: RetryPolicy;
}

/** What the definition does with an event from outside, by the place where the saga stands. */
export interface EventDefinition {
  readonly event: MessageClass;
  /** By place: the name of the current step, `turned-back` or `ended`. */
  readonly answers: Readonly<Record<string, EventAnswer>>;
  /** At every other place; null: the definition's own default. */
  readonly otherwise: EventAnswer | null;
}

/** An external step whose other side may answer that it has yet to decide. Times are milliseconds. */
export interface ConfirmationDefinition {
  /** It has so long, from its first such answer. It is asked once more before that means anything. */
  readonly withinMs: number;
  /** It is asked this often although it has said nothing: its notice may have been lost. */
  readonly askEveryMs: number;
  readonly overdue: Overdue;
}

/** A step's place in a group: branches of one group run side by side, the steps of a branch one after the other. */
export interface BranchRef {
  readonly group: string;
  readonly branch: string;
}

/** Which saga a step starts. */
export interface ChildRef {
  readonly definition: string;
  /** Null: the definition's rollout decides, at the moment of the start. */
  readonly version: number | null;
}

export interface StepDefinition {
  readonly name: string;
  /** Null: it stands in no group. */
  readonly branch: BranchRef | null;
  readonly phase: Phase;
  readonly kind: StepKind;
  /** Null for a wait and a timer. */
  readonly action: ActionDefinition | null;
  /** Null for anything but a wait or a timer. */
  readonly wait: WaitDefinition | null;
  /** Null for anything but a child. */
  readonly child: ChildRef | null;
  /** Passes the step over when it answers true; null: never. Sees what a mapping sees. */
  readonly skipWhen: ((context: MappingContext) => boolean) | null;
  /** Why there is nothing to undo; null when a compensation is bound, or none is needed after the pivot. */
  readonly noCompensation: string | null;
  readonly retry: RetryPolicy;
  /** Milliseconds that one attempt may take. */
  readonly attemptTimeoutMs: number;
  /** Milliseconds without a sign of life before the attempt is fenced off; null: not watched. */
  readonly heartbeatTimeoutMs: number | null;
  /** How long the other side honours the idempotency key, in milliseconds. After that it is always asked first. */
  readonly keyProtectionMs: number;
  /** Name of whom the step calls: all that call the same one share its breaker. Null: not watched. */
  readonly dependency: string | null;
  /** Null: an answer that is yet to come is asked for like one that was lost. */
  readonly confirmed: ConfirmationDefinition | null;
  readonly parameters: Readonly<Record<string, unknown>>;
}

export interface CompensationDefinition extends UnitDefinition<CompensationContext> {
  /** The step whose effect it undoes. */
  readonly step: string;
  readonly kind: 'local' | 'external';
  readonly retry: RetryPolicy;
  readonly attemptTimeoutMs: number;
  /** As for a step. Null: not watched. */
  readonly dependency: string | null;
  /** Steps whose compensations must have succeeded first. Empty: independent of the others. */
  readonly after: readonly string[];
}

/**
 * A way on instead of the way back: one or more steps that are taken in the place of one that failed for good. Its
 * steps stand in the definition's `steps` right after the step in whose place they are.
 */
export interface AlternativeDefinition {
  /** The step in whose place it is taken. */
  readonly insteadOf: string;
  /** Exact codes of rejections and failures; null: whatever would turn the saga back. */
  readonly on: readonly string[] | null;
  /**
   * Its save-point: the effects of all steps after this one are undone before it begins. Null: only what the failed
   * step itself may have left outside is.
   */
  readonly undoTo: string | null;
  /** The names of its steps, in order. The first one is its own name. */
  readonly steps: readonly string[];
}

/** The two moments at which the business is told how a failing saga stands. */
export type ClosingName = 'undoing' | 'undone';

export interface ClosingDefinition extends UnitDefinition<ClosingContext> {
  readonly closing: ClosingName;
  readonly retry: RetryPolicy;
}

/** The event that a saga begins with, and what it begins with then. Pure, as a mapping is. */
export interface StartDefinition {
  readonly event: MessageClass;
  readonly map: (data: unknown) => { readonly correlationId: string; readonly input: unknown };
}

/** When a saga's journal continues in a new segment, whichever comes first. What the saga does is the same. */
export interface Rollover {
  /** Age of a segment, milliseconds. */
  readonly everyMs: number;
  /** Entries of a segment. */
  readonly atEntries: number;
}

/** A saga definition as data: what the engine runs, the verifier checks and the fingerprint covers. */
export interface SagaDefinition {
  readonly name: string;
  /** Whole number from 1, written by hand. */
  readonly version: number;
  readonly inputSchema: { parse(value: unknown): unknown };
  /** Null: somebody has to start it. */
  readonly startedBy: StartDefinition | null;
  /**
   * All steps, those of alternatives and branches among them, in an order that no saga ever goes against, but for
   * branches of one group: these are entered side by side, and undone against this order all the same.
   */
  readonly steps: readonly StepDefinition[];
  readonly alternatives: readonly AlternativeDefinition[];
  readonly compensations: readonly CompensationDefinition[];
  readonly closings: readonly ClosingDefinition[];
  /** Events from outside with answers of their own. What a wait has for an end is heard even without. */
  readonly events: readonly EventDefinition[];
  /** The answer to events that have none of their own for where the saga stands; null: there is none. */
  readonly unexpected: Exclude<EventAnswer, React> | null;
  /** Milliseconds from the start after which the saga turns back by itself; null: never. */
  readonly deadlineMs: number | null;
  /** When its journal continues in a new segment. No part of what the version does: it may be changed at any time. */
  readonly rollover: Rollover;
}
