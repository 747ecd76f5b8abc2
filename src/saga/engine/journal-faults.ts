import { isDeepStrictEqual } from 'node:util';
import type { SagaDefinition } from '../definition/index.js';
import type { Entry } from './entries.js';
import { fold } from './evolve.js';
import { instanceRow, statusOf } from './instance-row.js';
import { isOpen, type SagaState } from './state.js';

/** An instance row as it is stored. */
export interface StoredInstance {
  readonly id: string;
  readonly definition: string;
  readonly version: number;
  readonly correlationId: string;
  readonly status: string;
  readonly currentStep: string | null;
  readonly length: number;
  readonly wakeAt: Date | null;
  readonly owner: string | null;
  readonly openEffects: number;
  readonly failedStep: string | null;
  readonly errorCode: string | null;
  readonly heldFor: string | null;
  readonly updatedAt: Date;
  readonly finishedAt: Date | null;
}

/** A row of the journal: the entries of one commit. */
export interface StoredCommit {
  /** Number of its first entry. */
  readonly seq: number;
  readonly entries: readonly Entry[];
}

/**
 * Where an instance row is not the fold of its journal: a half-sentence each, empty when it is.
 * @param definition null when this build does not know it; what needs it is not compared then
 */
export function journalFaults(
  row: StoredInstance,
  journal: readonly StoredCommit[],
  definition: SagaDefinition | null,
): string[] {
  const gap = findGap(journal);
  if (gap) return [gap];
  let state: SagaState;
  let fromSegment: SagaState;
  try {
    const entries = journal.flatMap((commit) => commit.entries);
    state = fold(entries);
    const segment = entries.findLastIndex(({ kind }) => kind === 'continued');
    fromSegment = segment > 0 ? fold(entries.slice(segment)) : state;
  } catch (error) {
    return [`its journal cannot be folded (${error instanceof Error ? error.message : String(error)})`];
  }
  const faults: string[] = [];
  const compare = (what: string, is: string | number | null, folded: string | number | null) => {
    if (is !== folded)
      faults.push(`the row's ${what} is ${is ?? 'null'}, its journal says ${folded ?? 'null'}`);
  };
  // What its last segment carried is all that a worker reads of it.
  if (!isDeepStrictEqual(state, fromSegment)) faults.push('its last segment carries another state');
  compare('definition', `${row.definition} v${row.version}`, `${state.definition} v${state.version}`);
  compare('business key', row.correlationId, state.correlationId);
  compare('length', row.length, state.length);
  compare('status', row.status, statusOf(state));
  compare('end', row.finishedAt?.toISOString() ?? null, state.endedAt);
  const open = state.end === 'completed' ? 0 : state.steps.filter(isOpen).length;
  compare('number of open effects', row.openEffects, open);
  if (!definition) return faults;
  const expected = instanceRow(definition, state, row.updatedAt.toISOString());
  compare('current step', row.currentStep, expected.currentStep);
  compare('failed step', row.failedStep, expected.attention?.step ?? null);
  compare('error code', row.errorCode, expected.attention?.errorCode ?? null);
  compare('hold', row.heldFor, expected.heldFor);
  // Earlier or other wake-ups are harmless: it was rung, or given back by a worker that stopped.
  if (row.owner === null && row.wakeAt === null && expected.wakeAt !== null) {
    faults.push(`the row has no wake-up, its journal says ${expected.wakeAt}`);
  }
  return faults;
}

/**
 * Commits follow each other without a gap, from the first one on; or from anywhere, when their history was dropped and
 * there is a segment to begin with. Null: they do.
 */
function findGap(journal: readonly StoredCommit[]): string | null {
  if (journal.length === 0) return 'it has no journal';
  const continues = journal.some(({ entries }) => entries.some(({ kind }) => kind === 'continued'));
  let due = continues ? journal[0]!.seq : 1;
  for (const { seq, entries } of journal) {
    if (seq !== due) return `its journal has entry ${seq} where ${due} was due`;
    due = seq + entries.length;
  }
  return null;
}
