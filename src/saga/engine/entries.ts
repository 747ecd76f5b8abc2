import type { Assigned } from '../rollout/subject.js';
import type {
  CancelRequest,
  CarriedState,
  Cause,
  ParentRef,
  RegisteredUndo,
  StoredError,
  UnitRef,
  Verdict,
} from './state.js';

/**
 * What a journal says. Self-contained: folding needs no definition, so the journals of every released version
 * fold for ever. Fields may be added, never changed or removed; kinds are never renamed.
 */
export type Entry = { readonly at: string } & EntryBody;

export type EntryBody =
  | {
      readonly kind: 'started';
      readonly id: string;
      readonly definition: string;
      readonly version: number;
      readonly correlationId: string;
      readonly input: unknown;
      readonly deadlineAt: string | null;
      /** The saga that waits for this one; default: none does. */
      readonly parent?: ParentRef;
      /** What its parent has decided already; default: nothing. */
      readonly verdict?: 'keep';
      /** How its version was chosen; default: whoever began it named the version, or it is from before rollouts. */
      readonly assigned?: Assigned;
      /** The trace in which it began, as a `traceparent`; default: in none. */
      readonly traceparent?: string;
    }
  /** To be carried out. `undo` stands here already for an external action: its answer may never be learnt. */
  | {
      readonly kind: 'intended';
      readonly unit: UnitRef;
      readonly command: string;
      readonly input: unknown;
      readonly reference: string;
      readonly undo: RegisteredUndo | null;
    }
  | {
      readonly kind: 'succeeded';
      readonly unit: UnitRef;
      /** Wire name of the outcome event. */
      readonly event: string;
      readonly result: unknown;
      readonly undo: RegisteredUndo | null;
      /** True on the pivot's success. */
      readonly pivot: boolean;
      /** Who gave the result in the unit's stead; null: the unit did. */
      readonly by: string | null;
      /** Why somebody did. */
      readonly reason?: string;
    }
  | {
      readonly kind: 'rejected';
      readonly unit: UnitRef;
      readonly event: string | null;
      readonly error: StoredError;
    }
  /** The attempt had no effect. `retryAt` null: there is no automatic next one. */
  | {
      readonly kind: 'attempt-failed';
      readonly unit: UnitRef;
      readonly attempt: number;
      readonly error: StoredError;
      readonly retryAt: string | null;
    }
  /** The attempt may have reached the outside, and its answer is not known. */
  | {
      readonly kind: 'outcome-unknown';
      readonly unit: UnitRef;
      readonly attempt: number;
      readonly error: StoredError;
      readonly resolveAt: string;
    }
  /**
   * The other side has it and has yet to decide; it has until `until`, and is asked at `askAt` if it says nothing. Null:
   * it is a saga, which has as long as it takes, and tells.
   */
  | {
      readonly kind: 'accepted';
      readonly unit: UnitRef;
      readonly attempt: number;
      readonly until: string | null;
      readonly askAt: string | null;
    }
  /** Somebody has said that there is news of it: it is asked for, at once if it is not under way just now. */
  | { readonly kind: 'noticed'; readonly unit: UnitRef; readonly by: string }
  /** The outside could not say; it is asked again. */
  | {
      readonly kind: 'resolve-failed';
      readonly unit: UnitRef;
      readonly error: StoredError;
      readonly resolveAt: string;
    }
  /** The outside has no trace of it. */
  | {
      readonly kind: 'resolved-absent';
      readonly unit: UnitRef;
      readonly retryAt: string | null;
      /** False: it uses up no attempt of the budget. Default true. */
      readonly counts?: boolean;
    }
  /**
   * Whom it calls is out of order: it uses up no attempt, and rests until it is released, or until this time at most.
   * `attempt`: the number of the one that failed and found it out; null: none was made.
   */
  | {
      readonly kind: 'held';
      readonly unit: UnitRef;
      readonly dependency: string;
      readonly error: StoredError;
      readonly attempt: number | null;
      readonly until: string;
    }
  /** To be tried at once: whom it calls is back, or this is to find out. */
  | { readonly kind: 'released'; readonly unit: UnitRef }
  | {
      readonly kind: 'lease-lost';
      readonly unit: UnitRef;
      /** Not before this time is it tried again, ISO 8601; null, the default: at once. */
      readonly retryAt?: string | null;
    }
  /** A suspect is about to be tried; written before, so that what it does to its worker can be counted. */
  | { readonly kind: 'begun'; readonly unit: UnitRef }
  | { readonly kind: 'withdrawn'; readonly unit: UnitRef }
  | { readonly kind: 'passed'; readonly step: string; readonly why: string }
  | {
      readonly kind: 'waiting';
      readonly step: string;
      readonly until: string;
      /** Wire names of the events that end it; default none: only time does. */
      readonly for?: readonly string[];
    }
  | {
      readonly kind: 'wait-ended';
      readonly step: string;
      readonly how: 'event' | 'rejected' | 'deadline' | 'cancelled';
      readonly event: string | null;
      readonly result: unknown;
      /** True when what was waited for was the pivot. */
      readonly pivot: boolean;
      /** Who gave the event's data in its stead, and why. Absent: it came, or nobody did. */
      readonly by?: string;
      readonly reason?: string;
      /** The definition's name for this end; default null: it has none. */
      readonly case?: string;
      /** Whether the saga goes on from here; default: it does when an event was accepted. */
      readonly goesOn?: boolean;
      /** Whatever names that event alone; default: nothing does. */
      readonly eventId?: string;
    }
  /** It came before the wait that it is for. */
  | {
      readonly kind: 'event-kept';
      readonly id: string;
      readonly event: string;
      readonly data: unknown;
      readonly until: string;
    }
  | {
      readonly kind: 'event-ignored';
      readonly id: string;
      readonly event: string;
      readonly reason: string;
    }
  /** What it led to is told by the entries that follow. */
  | {
      readonly kind: 'event-heard';
      readonly id: string;
      readonly event: string;
      readonly data: unknown;
      /** Where the saga stood, when a command is to be carried out for it; default: none is. */
      readonly place?: string;
    }
  /** `by`: who ended the saga; it then has turned back to be terminated, for the second time perhaps. */
  | { readonly kind: 'turned-back'; readonly cause: Cause; readonly by?: string }
  /** The alternative `to` is taken in the place of `step`; what the steps it `replaces` have done is undone first. */
  | {
      readonly kind: 'diverted';
      readonly step: string;
      readonly to: string;
      readonly replaces: readonly string[];
      readonly error: StoredError;
    }
  | {
      readonly kind: 'parked';
      readonly unit: UnitRef | null;
      readonly error: StoredError;
      /** The wait that is overdue; default: none is, and without a unit it is the saga that is parked. */
      readonly step?: string;
    }
  | {
      readonly kind: 'retried';
      readonly unit: UnitRef | null;
      readonly by: string;
      readonly reason: string;
      /** The wait that was parked; default: none was. */
      readonly step?: string;
    }
  | ({ readonly kind: 'cancel-requested' } & CancelRequest)
  | { readonly kind: 'cancel-lapsed' }
  /** A child went through; its parent has yet to say whether that stays. */
  | { readonly kind: 'done' }
  | { readonly kind: 'verdict'; readonly verdict: Verdict }
  | { readonly kind: 'paused' | 'resumed'; readonly by: string; readonly reason: string }
  /** Somebody lets it go on under another version of its definition, of which what it has done is a valid beginning. */
  | {
      readonly kind: 'moved';
      readonly from: number;
      readonly to: number;
      readonly by: string;
      readonly reason: string;
    }
  | { readonly kind: 'abandoned'; readonly step: string; readonly by: string; readonly reason: string }
  /** A new segment begins: the saga can be folded from here, without anything before. */
  | {
      readonly kind: 'continued';
      readonly segment: number;
      readonly why: 'age' | 'size';
      /** As of the entry before. */
      readonly state: CarriedState;
    }
  /** `by`: who ended it without the business being told, and why. */
  | {
      readonly kind: 'completed' | 'compensated' | 'terminated';
      readonly by?: string;
      readonly reason?: string;
    };
