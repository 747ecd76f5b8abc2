import type { CauseInfo, ClosingName } from '../definition/index.js';

/**
 * What is executed: a step's action, a step's compensation, a closing command, or what is done about an event from
 * outside. Name: the step's or closing's; of a reaction the event's id.
 */
export interface UnitRef {
  readonly role: 'action' | 'compensation' | 'closing' | 'reaction';
  readonly name: string;
}

/** An error as it is stored: cut to a fixed size, classified by code. */
export interface StoredError {
  readonly name: string;
  readonly code: string | null;
  readonly message: string;
  /** For operators only. */
  readonly stack: string | null;
  /** Messages of the causes, outermost first. */
  readonly chain: readonly string[];
}

/**
 * How far a unit is.
 * - `intended`: to be carried out (or being carried out now; only its owner knows).
 * - `unknown`: it was sent and nobody knows what became of it; only `resolve` leads on.
 * - `accepted`: the other side has it, has yet to decide, and will tell; then, and at times anyway, it is asked.
 * - `succeeded` / `rejected`: its outcome is recorded.
 * - `withdrawn`: it will not be carried out any more, and had no effect.
 */
export type UnitStatus = 'intended' | 'unknown' | 'accepted' | 'succeeded' | 'rejected' | 'withdrawn';

export interface UnitState {
  readonly status: UnitStatus;
  /** Wire name of the command that carries it out. */
  readonly command: string;
  readonly input: unknown;
  /** UUIDv7, the same over all attempts: the outside's idempotency key. */
  readonly reference: string;
  /** Attempts that have ended without an outcome since the last operator's retry; the budget counts them. */
  readonly failures: number;
  /** True once a worker was lost that owned it: from then on it is written down before each try (`begun`). */
  readonly suspect: boolean;
  /** True while a suspect is being tried: a worker lost now was perhaps lost because of it. */
  readonly begun: boolean;
  /** Workers that were lost while it was being tried, since it last got anywhere or an operator retried it. */
  readonly crashes: number;
  /** Times in a row that the outside could not say what became of it. */
  readonly resolves: number;
  /** Attempts in all. */
  readonly attempts: number;
  /** True once an attempt may have reached the outside: it then is undone even if its outcome was never learnt. */
  readonly sent: boolean;
  /** When a person last said to go on with it, ISO 8601; null: never. */
  readonly retriedAt: string | null;
  /** The next attempt is not before this time, ISO 8601; null: at once. */
  readonly notBefore: string | null;
  /** Set while it is held because of whom it calls; null: it is not. */
  readonly held: Hold | null;
  /** Until when the other side may take to decide on what it has accepted, ISO 8601; null: it never accepted it, or is a saga. */
  readonly confirmBy: string | null;
  /** Answers that it has yet to decide, since it last said by itself that there is news; null: it never did. */
  readonly sinceNotice: number | null;
  /** Automatic tries have stopped; a person goes on. */
  readonly parked: boolean;
  readonly result: unknown;
  /** The last failure or the rejection; null when there was none. */
  readonly error: StoredError | null;
  readonly startedAt: string;
  /** From when on its key's protection counts: its beginning, or when a person said to repeat it. ISO 8601. */
  readonly protectedFrom: string;
  readonly finishedAt: string | null;
}

/** Why a unit is held: whom it calls is out of order, or an operator holds it. */
export interface Hold {
  readonly dependency: string;
  /** The failure that opened the breaker. */
  readonly error: StoredError;
  /** Times in a row that it was held, without being released between them. */
  readonly times: number;
}

/** The compensation registered when its action succeeded, or was sent: run from here whatever a later deploy says. */
export interface RegisteredUndo {
  readonly command: string;
  readonly input: unknown;
  readonly kind: 'local' | 'external';
  readonly after: readonly string[];
  /**
   * Its place among the definition's steps: the highest is undone first. Default: the order in which they were reached
   * says it; branches of a group are reached side by side.
   */
  readonly order?: number;
}

export interface StepState {
  readonly name: string;
  /** Null while waiting or when passed over. */
  readonly action: UnitState | null;
  /** Why the definition passed the step over; null: it did not. */
  readonly passed: string | null;
  readonly wait: WaitState | null;
  /** What would undo an external action that may be on its way; becomes `undo` once an attempt was sent. */
  readonly planned: RegisteredUndo | null;
  /** What undoes the step's effect; null: it has none (yet). */
  readonly undo: RegisteredUndo | null;
  readonly compensation: UnitState | null;
  /**
   * The alternative that was taken for it, by its first step; null: none. Its effect, if it has one, is undone before
   * that begins, and its result is not read any more.
   */
  readonly replacedBy: string | null;
  /** An operator's word that an open effect is left as it is; null: nobody said so. */
  readonly abandoned: { readonly by: string; readonly reason: string } | null;
}

export interface WaitState {
  /** ISO 8601. */
  readonly until: string;
  /** Wire names of the events that end it; empty: only time does. */
  readonly for: readonly string[];
  readonly startedAt: string;
  readonly ended: WaitEnded | null;
  /** The data of the event that ended it; null: none did. */
  readonly result: unknown;
  /** It is overdue, and a person is to decide; null: it is not. */
  readonly error: StoredError | null;
}

export interface WaitEnded {
  readonly how: 'event' | 'rejected' | 'deadline' | 'cancelled';
  readonly at: string;
  /** Wire name; null: no event ended it. */
  readonly event: string | null;
  /** The definition's name for this end; null: it has none. */
  readonly case: string | null;
  /** The saga went on from here. */
  readonly goesOn: boolean;
}

/** An event that came early. */
export interface KeptEvent {
  readonly id: string;
  /** Wire name. */
  readonly event: string;
  readonly data: unknown;
  /** ISO 8601; a wait that begins later does not find it. */
  readonly until: string;
}

/** Something is to be done about an event from outside, and is not done yet. */
export interface ReactionState {
  /** The event's. */
  readonly id: string;
  /** Wire name. */
  readonly event: string;
  /** Where the saga stood when it came. */
  readonly place: string;
  readonly data: unknown;
  /** Null until its mapping has made a command. */
  readonly unit: UnitState | null;
}

/** Why the saga turned back, with the error as operators see it. */
export interface Cause extends CauseInfo {
  readonly error: StoredError | null;
}

export interface CancelRequest {
  /** The step that was current then. */
  readonly step: string;
  readonly by: string;
  readonly reason: string;
  readonly code: string;
  readonly type: CauseInfo['type'];
  /** The failure of a branch that stops the others. Default: nothing failed, somebody asked. */
  readonly error?: StoredError;
}

/** The part of a journal from which a saga is folded: from its start, or from where it was carried over. */
export interface Segment {
  /** From 1. */
  readonly number: number;
  /** The number of its first entry. */
  readonly from: number;
  /** When it began, ISO 8601. */
  readonly at: string;
}

/** The saga that waits for this one. */
export interface ParentRef {
  readonly sagaId: string;
  /** The parent's step. */
  readonly step: string;
  /** Ancestors, from 1. */
  readonly depth: number;
}

/** What a parent has decided about what its child did. */
export type Verdict = 'keep' | 'undo';

export type SagaEnd = 'completed' | 'compensated' | 'terminated';

/** The fold of a journal. Plain data; `instanceRow` says which of it the instance row shows. */
export interface SagaState {
  readonly id: string;
  readonly definition: string;
  readonly version: number;
  readonly correlationId: string;
  readonly input: unknown;
  readonly startedAt: string;
  /** The trace in which it began; all that is logged of it goes on in it. Null: in none. */
  readonly traceparent: string | null;
  /** Null: nobody waits for it. */
  readonly parent: ParentRef | null;
  /** Of a child: null until its parent has decided. */
  readonly verdict: Verdict | null;
  /** When a child went through, ISO 8601. It ends with its parent's verdict. */
  readonly doneAt: string | null;
  /** When the saga turns back by itself unless it has passed its pivot, ISO 8601; null: never. */
  readonly deadlineAt: string | null;
  /** In the order in which they were reached. */
  readonly steps: readonly StepState[];
  readonly closings: Readonly<Partial<Record<ClosingName, UnitState>>>;
  /** Set once the saga has turned back. */
  readonly cause: Cause | null;
  /** Somebody asked to turn back while a call was under way; it takes effect when that is known. */
  readonly cancel: CancelRequest | null;
  /** True once the pivot succeeded: forward only. */
  readonly pivotPassed: boolean;
  /** A mapping or an engine fault that no unit carries; null: none. Parked until an operator's retry. */
  readonly fault: StoredError | null;
  readonly paused: boolean;
  /** Events that came before the wait that they are for, oldest first. */
  readonly kept: readonly KeptEvent[];
  /** Ids of events that were heard already, oldest first; only the newest few hundred. */
  readonly heard: readonly string[];
  /** What is yet to be done about events, oldest first; the saga does not end before. */
  readonly reactions: readonly ReactionState[];
  readonly end: SagaEnd | null;
  readonly endedAt: string | null;
  readonly updatedAt: string;
  readonly segment: Segment;
  /** Entries folded so far; the next one has this number. */
  readonly length: number;
}

/**
 * The state as one segment of a journal hands it on to the next: all of it, but for the stacks of errors, which stay in
 * the segments before. A stored format, for ever: what is read was carried by any build before this one, and lacks the
 * fields that have been added since. `revive` gives them their defaults.
 */
export type CarriedState = SagaState;

export function sameUnit(a: UnitRef, b: UnitRef): boolean {
  return a.role === b.role && a.name === b.name;
}

/** The unit's state; null when it has not been intended. */
export function unitOf(state: SagaState, unit: UnitRef): UnitState | null {
  if (unit.role === 'closing') return state.closings[unit.name as ClosingName] ?? null;
  if (unit.role === 'reaction') return state.reactions.find(({ id }) => id === unit.name)?.unit ?? null;
  const step = state.steps.find((candidate) => candidate.name === unit.name);
  return (unit.role === 'action' ? step?.action : step?.compensation) ?? null;
}

/** What keeps a unit from going on: why it is held, or else how it failed last; null: nothing. */
export function troubleOf({ held, error }: UnitState): StoredError | null {
  return held?.error ?? error;
}

/** It has no outcome yet: it is to be carried out, asked for, or waited for. */
export function isOutstanding(unit: UnitState | null | undefined): boolean {
  return unit?.status === 'intended' || isAskedFor(unit);
}

/** The other side may have done it, or may yet: only asking leads on. */
export function isAskedFor(unit: UnitState | null | undefined): boolean {
  return unit?.status === 'unknown' || unit?.status === 'accepted';
}

/** A saga of its own has it: nobody asks, it tells. */
export function isWithChild(unit: UnitState | null | undefined): boolean {
  return unit?.status === 'accepted' && unit.confirmBy === null && !unit.parked;
}

/** What was learnt by asking belongs to the attempt that is counted already. */
export function attemptsAtEnd(unit: UnitState): number {
  return isAskedFor(unit) ? unit.attempts : unit.attempts + 1;
}

/** A step's effect is open while it happened, or may have happened, and is neither undone nor abandoned. */
export function isOpen(step: StepState): boolean {
  return step.undo !== null && step.compensation?.status !== 'succeeded' && step.abandoned === null;
}

/** On its way forward the saga undoes this first: what it did for a path that it has left. */
export function isLeftOpen(step: StepState): boolean {
  return step.replacedBy !== null && isOpen(step);
}

/** The step is behind the saga: done, passed over, or waited for. One that was replaced is not on its path: `pathOf`. */
export function isSettled(step: StepState): boolean {
  return step.passed !== null || step.action?.status === 'succeeded' || step.wait?.ended?.goesOn === true;
}

/** A wait that has not ended. */
export interface OpenWait {
  readonly name: string;
  readonly wait: WaitState;
}

export function openWaits({ steps }: SagaState): OpenWait[] {
  const open: OpenWait[] = [];
  for (const { name, wait } of steps) if (wait && !wait.ended) open.push({ name, wait });
  return open;
}
