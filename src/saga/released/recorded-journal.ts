import type { Entry } from '../engine/entries.js';
import type { InstanceRow } from '../engine/instance-row.js';
import type { SagaState } from '../engine/state.js';

/** The journal of a real run of a released version, and what was made of it when it was recorded. */
export interface RecordedJournal {
  readonly definition: string;
  readonly version: number;
  /** In words: `declined`, `parked-in-compensation`. */
  readonly scenario: string;
  readonly recordedOn: string;
  readonly entries: readonly Entry[];
  /** What the journal folded to. A later build may know more of a state, and must know this. */
  readonly state: SagaState;
  /** The row as of the last entry. */
  readonly row: InstanceRow;
}
