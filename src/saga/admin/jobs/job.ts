import type { Role } from '../../../platform/http/actor.js';
import type { SagaActionName } from '../saga-action.js';
import type { SagaFilter } from '../saga-reader.js';

/** What can be done to many here. A result given by hand fits one saga; versions are moved by `SagaMoves`. */
export type BulkActionName = Exclude<SagaActionName, 'skip' | 'move'>;

/** What somebody asks to be done to many sagas. */
export interface JobOrder {
  readonly action: BulkActionName;
  readonly filter: SagaFilter;
  readonly reason: string;
  /** True: nothing is done to any of them; each result tells what would follow. */
  readonly dryRun: boolean;
  /** True: one saga first, and the others once that one is past its failure. */
  readonly probe: boolean;
  /** Sagas acted on a second. */
  readonly ratePerSecond: number;
  /** True: nothing further is done once the same failure comes back. */
  readonly stopOnRepeat: boolean;
}

/** A job as the worker has it that runs it. */
export interface OwnedJob extends JobOrder {
  readonly id: string;
  readonly actor: string;
  readonly role: Role;
}
