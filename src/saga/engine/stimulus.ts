import type { CauseInfo, SagaDefinition } from '../definition/index.js';
import type { StoredError, UnitRef, Verdict } from './state.js';

/** What may happen to a saga. */
export type Stimulus =
  | { readonly kind: 'outcome'; readonly unit: UnitRef; readonly event: string; readonly result: unknown }
  | { readonly kind: 'rejection'; readonly unit: UnitRef; readonly error: StoredError }
  /** `sent`: the attempt may have reached the outside even so; it is then asked for before it is repeated. */
  | {
      readonly kind: 'attempt-failed';
      readonly unit: UnitRef;
      readonly error: StoredError;
      readonly retryAfterMs: number | null;
      readonly sent: boolean;
    }
  | { readonly kind: 'unknown'; readonly unit: UnitRef; readonly error: StoredError }
  /** The other side has it and has yet to decide. */
  | { readonly kind: 'accepted'; readonly unit: UnitRef; readonly error: StoredError }
  /** The other side says that there is news of the unit with this reference. No outcome: it is asked what. */
  | { readonly kind: 'notice'; readonly reference: string; readonly by: string }
  /** The outside has no trace of it. `mayRepeat` false: its key no longer protects, so only a person may repeat it. */
  | { readonly kind: 'absent'; readonly unit: UnitRef; readonly mayRepeat: boolean }
  | { readonly kind: 'resolve-failed'; readonly unit: UnitRef; readonly error: StoredError }
  /** Whom the unit calls is out of order. `made`: an attempt was made, had no effect, and found that out. */
  | {
      readonly kind: 'held';
      readonly unit: UnitRef;
      readonly dependency: string;
      readonly error: StoredError;
      readonly made: boolean;
    }
  /** Somebody has rung a saga that is held: what is held of it is tried. */
  | { readonly kind: 'released' }
  /** The owner died or lost its lease: what it was doing may or may not have happened. */
  | {
      readonly kind: 'lease-lost';
      /** False: the worker lives and only lost sight of the saga, so it is no crash. Default true. */
      readonly crashed?: boolean;
    }
  /** A suspect is about to be tried. */
  | { readonly kind: 'begin'; readonly unit: UnitRef }
  /** Time has passed: deadlines are looked at. */
  | { readonly kind: 'tick' }
  /** Some time has passed since its journal's segment began: a new one begins if that is long enough. */
  | { readonly kind: 'roll-over' }
  | EventFromOutside
  | {
      readonly kind: 'cancel';
      readonly by: string;
      readonly reason: string;
      readonly code: string;
      readonly type: CauseInfo['type'];
      /** A worker owns the saga now: its call may be under way even if the clock says that it is not due. Default false. */
      readonly owned?: boolean;
    }
  | ChildNews
  /** A parent has decided about what this saga did. */
  | { readonly kind: 'verdict'; readonly verdict: Verdict; readonly owned?: boolean }
  | { readonly kind: 'retry' | 'pause' | 'resume'; readonly by: string; readonly reason: string }
  | Skip
  | Termination
  | Move
  /** The stored intent could not be turned into a command. */
  | { readonly kind: 'mapping-failed'; readonly error: StoredError };

/** Somebody gives the outcome of what is stuck: see `skip`. */
export interface Skip {
  readonly kind: 'skip';
  readonly by: string;
  readonly reason: string;
  /** The data of the step's outcome event; of a compensation or a closing: the evidence that it was settled outside. */
  readonly result: unknown;
  /** The step or closing it is about; null: the one that is stuck. */
  readonly step: string | null;
  /** A worker owns the saga now, so a call may be under way. Default false. */
  readonly owned?: boolean;
}

/** Somebody ends the saga without undo: see `terminate`. */
export interface Termination {
  readonly kind: 'terminate';
  readonly by: string;
  readonly reason: string;
  /** As for `Skip`. */
  readonly owned?: boolean;
}

/** Somebody lets the saga go on under another version: see `move`. */
export interface Move {
  readonly kind: 'move';
  readonly to: SagaDefinition;
  readonly by: string;
  readonly reason: string;
  /** As for `Skip`. */
  readonly owned?: boolean;
}

/** How a saga stands that a step has started. */
export interface ChildNews {
  readonly kind: 'child-news';
  readonly childId: string;
  /** `done`: it went through, and can be undone. `completed`: it cannot any more. */
  readonly how: 'done' | 'completed' | 'compensated' | 'terminated';
  /** The results of its steps, by name. */
  readonly results: Readonly<Record<string, unknown>>;
  /** Why it was undone or ended; null: it went through. */
  readonly error: StoredError | null;
}

/** Something that happened outside and that the saga is told. */
export interface EventFromOutside {
  readonly kind: 'event';
  /** Names this event alone: what comes twice under one id changes nothing the second time. */
  readonly id: string;
  /** Wire name. */
  readonly event: string;
  readonly data: unknown;
  /** When the database took it in, ISO 8601: what decides between it and a deadline. */
  readonly at: string;
}

/** What became of an event from outside. */
export interface Heard {
  /** `applied`: it ended a wait. `reacted`: a command is carried out for it. `repeated`: it was heard before, and nothing happened. */
  readonly as: 'applied' | 'kept' | 'ignored' | 'reacted' | 'parked' | 'repeated';
  /** Why it was ignored, or the code under which the saga is parked; null when it was neither. */
  readonly reason: string | null;
}

/** What the decider needs of the world: plain values, so that it stays pure. */
export interface Env {
  /** The database's clock, ISO 8601. */
  readonly now: string;
  newId(): string;
  /** In [0, 1), for jitter. */
  random(): number;
}

/** The stimulus does not apply to the saga as it is. Nothing changed. */
export class StimulusRefused extends Error {
  override readonly name: string = 'StimulusRefused';

  /**
   * @param code `SAGA.TOO_LATE`, `SAGA.ENDED`, `SAGA.NOT_HEARD`, `SAGA.NOT_STUCK`, `SAGA.NOT_PAUSED`,
   *   `SAGA.UNDER_WAY`, `SAGA.OUTCOME_UNKNOWN`, `SAGA.AMBIGUOUS`, `SAGA.SAME_VERSION`, `SAGA.DIVERGED`
   */
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** The result that somebody gave is not one that the step can have. Nothing changed. */
export class ResultRefused extends StimulusRefused {
  override readonly name = 'ResultRefused';

  /** @param faults what the schema of the outcome event says; null when it fits, and something else is wrong */
  constructor(
    code: 'SAGA.RESULT_DOES_NOT_FIT' | 'SAGA.RESULT_AMBIGUOUS',
    message: string,
    readonly faults: unknown,
  ) {
    super(code, message);
  }
}

/** What the saga has done is no valid beginning of the version that it was to move to. Nothing changed. */
export class MoveRefused extends StimulusRefused {
  override readonly name = 'MoveRefused';

  /**
   * @param step the first step that differs; null: it is the saga as a whole
   * @param why the difference
   * @param version where it was to go
   */
  constructor(
    readonly step: string | null,
    readonly why: string,
    version: number,
  ) {
    super('SAGA.DIVERGED', `The saga cannot go on under version ${version}: ${why}.`);
  }
}
