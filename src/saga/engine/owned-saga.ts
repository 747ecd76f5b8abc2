import type { Message } from '../../platform/messaging/message.js';
import type { SagaDefinition } from '../definition/index.js';
import type { Directive } from './next.js';
import { unitOf, type SagaState, type UnitRef, type UnitState } from './state.js';
import type { Stimulus } from './stimulus.js';

/** A saga that this worker owns, with the state of its last commit. */
export interface OwnedSaga {
  readonly id: string;
  readonly definition: SagaDefinition;
  epoch: number;
  /** Of the instance row at the last commit seen; another one in the row means: fold the journal anew. */
  revision: number;
  state: SagaState;
  /** What was to be done as of the last commit. */
  upcoming: Directive;
  /** True while something of it is queued, in a wave, or under way outside. */
  busy: boolean;
  /** The external unit whose `begin` is committed, by its reference; another one has to begin first. */
  begun: string | null;
  /** The command that a stream made of the stored intent, by the intent's reference. */
  prepared: { readonly reference: string; readonly command: Message<unknown> } | null;
}

/** One thing to do with an owned saga in a wave. */
export type Work =
  | { readonly kind: 'execute'; readonly saga: OwnedSaga; readonly unit: UnitRef }
  | { readonly kind: 'record'; readonly saga: OwnedSaga; readonly unit: UnitRef; readonly answer: unknown }
  | { readonly kind: 'stimulate'; readonly saga: OwnedSaga; readonly stimulus: Stimulus };

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
