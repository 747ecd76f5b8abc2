import { v7 } from 'uuid';
import { newId } from '../../platform/ids/new-id.js';
import { currentTrace } from '../../platform/observability/trace/trace-context.js';
import type { SagaDefinition } from '../definition/index.js';
import type { Assigned, Subject } from '../rollout/subject.js';
import type { NewSaga } from '../store/saga-store.js';
import { begin, proceed } from './decide.js';
import type { Entry } from './entries.js';
import { fold } from './evolve.js';
import { instanceRow, type InstanceRow } from './instance-row.js';
import type { SagaCommit } from './saga-observers.js';
import type { ParentRef, SagaState } from './state.js';

export interface StartRequest {
  /** The business key: the order's id. */
  readonly correlationId: string;
  /** Checked against the definition's input schema. */
  readonly input: unknown;
  /** The trace in which it begins, as a `traceparent`; null: in none. Default: that of the running code. */
  readonly traceparent?: string | null;
  /** What its version may depend on; default: its business key alone. */
  readonly subject?: Subject;
}

/** What a saga has that another one starts. */
export interface AsChild {
  readonly id: string;
  readonly parent: ParentRef;
  readonly verdict: 'keep';
}

/** How its version was chosen. */
interface WithVersion {
  readonly assigned: Assigned | null;
}

/** A saga as its first commit stores it. */
export interface BegunSaga {
  readonly entries: readonly Entry[];
  readonly state: SagaState;
  readonly row: InstanceRow;
  readonly assigned: Assigned | null;
}

/** @throws the input schema's error */
export function beginSaga(
  definition: SagaDefinition,
  {
    correlationId,
    input,
    subject: _,
    assigned = null,
    traceparent = currentTrace()?.traceparent ?? null,
    ...asChild
  }: StartRequest & Partial<AsChild & WithVersion>,
  now: string,
): BegunSaga {
  const env = { now, newId, random: Math.random };
  const about = {
    id: v7(),
    ...(traceparent !== null && { traceparent }),
    ...asChild,
    correlationId,
    input: definition.inputSchema.parse(input),
    ...(assigned && { assigned }),
  };
  const { started } = begin(definition, about, env);
  const { entries, state } = proceed(definition, fold([started]), env);
  return { entries: [started, ...entries], state, row: instanceRow(definition, state, now), assigned };
}

export function asNew({ entries, state, row, assigned }: BegunSaga, wakeAt: string | null): NewSaga {
  const { id, definition, version, correlationId, endedAt: finishedAt } = state;
  const assignedBy = assigned?.by ?? null;
  return { id, definition, version, correlationId, entries, row, wakeAt, finishedAt, assignedBy };
}

export function asCommit({ entries, state }: BegunSaga): SagaCommit {
  return { before: null, entries, state };
}
