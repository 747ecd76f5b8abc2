import type { Message } from '../../platform/messaging/message.js';
import type { OpenSpan } from '../../platform/observability/trace/span.js';
import type { SagaDefinition } from '../definition/index.js';
import { directives, type Directive } from './next.js';
import { unitOf, type SagaState, type UnitRef, type UnitState } from './state.js';
import type { Stimulus } from './stimulus.js';

/** A saga that this worker owns, with the state of its last commit. */
export interface OwnedSaga {
  readonly id: string;
  /** In the version under which it was claimed: a move takes it from its owner. */
  readonly definition: SagaDefinition;
  epoch: number;
  /** Of the instance row at the last commit seen; another one in the row means: fold the journal anew. */
  revision: number;
  state: SagaState;
  /** The database's time of the last commit seen, ISO 8601, or a later one: what was due by then is upcoming. */
  asOf: string;
  /** Works of it that are queued for a wave, or in one. While there are any, nothing new begins with it. */
  works: number;
  /** References of the units whose calls are under way, until what became of them is committed. */
  readonly calls: Set<string>;
  /** References of the external units whose `begin` is committed; another one has to begin first. */
  begun: ReadonlySet<string>;
  /** The commands that streams made of stored intents, by the intents' references. */
  readonly prepared: Map<string, Message<unknown>>;
}

/** A saga as it comes into a worker's hands: nothing of it is under way here. */
export function own(
  saga: Pick<OwnedSaga, 'id' | 'definition' | 'epoch' | 'revision' | 'state' | 'asOf'>,
): OwnedSaga {
  return { ...saga, works: 0, calls: new Set(), begun: new Set(), prepared: new Map() };
}

/** What may be done with it now, in any order; nothing that is under way already. */
export function upcoming({ definition, state, asOf, calls }: OwnedSaga): Directive[] {
  return directives(definition, state, asOf, calls);
}

/** A call that is measured, until what became of it is committed. */
export interface OpenAttempt {
  readonly unit: UnitRef;
  readonly span: OpenSpan;
}

interface AnyWork {
  readonly saga: OwnedSaga;
  /** The reference of the call that ended in this. Absent: none did. */
  readonly call?: string;
  /** The same call. Absent: nobody measures it. */
  readonly attempt?: OpenAttempt;
}

/** One thing to do with an owned saga in a wave. */
export type Work = AnyWork &
  (
    | { readonly kind: 'execute'; readonly unit: UnitRef }
    | { readonly kind: 'record'; readonly unit: UnitRef; readonly answer: unknown }
    | { readonly kind: 'stimulate'; readonly stimulus: Stimulus }
  );

/** References of the calls that are still under way beside this: not of the one that ended in it. */
export function callsBeside({ saga, call }: Work): ReadonlySet<string> {
  if (call === undefined || !saga.calls.has(call)) return saga.calls;
  return new Set([...saga.calls].filter((reference) => reference !== call));
}

/** A unit that a worker was lost over while it was tried runs apart: it must not take others with it again. */
export function runsApart(work: Work): boolean {
  return (triedUnit(work)?.crashes ?? 0) > 0;
}

/** What was written down as begun goes before all else: while it waits, a lost worker would be counted against it. */
export function goesFirst(work: Work): boolean {
  return work.kind !== 'stimulate' && (triedUnit(work)?.begun ?? false);
}

function triedUnit(work: Work): UnitState | null {
  if (work.kind !== 'stimulate') return unitOf(work.saga.state, work.unit);
  return work.stimulus.kind === 'begin' ? unitOf(work.saga.state, work.stimulus.unit) : null;
}

/** Work of one key goes through a wave together. */
export function waveKey(work: Work): string {
  const { name, version } = work.saga.definition;
  const what = work.kind === 'stimulate' ? work.stimulus.kind : wayOf(work.saga, work.unit);
  return `${name} ${version} ${work.kind} ${what}`;
}

/** Reactions have names of their own, so those with one command go together. */
function wayOf({ state }: OwnedSaga, unit: UnitRef): string {
  const { role, name } = unit;
  return `${role}:${role === 'reaction' ? unitOf(state, unit)?.command : name}`;
}
