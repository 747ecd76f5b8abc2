import { BeginCancellation, CloseOrder } from '../../../src/orders/contracts/order-commands.js';
import { ArrangeShipping } from '../../../src/shipping/contracts/shipping-commands.js';
import { codes, type Fault, type Instant, type Way } from '../../support/sabotage/sabotage.js';
import { instants, ways } from './failing-steps.js';
import {
  backwards,
  stepsOf,
  times,
  worldAfter,
  type Course,
  type Standing,
  type Step,
  type Version,
} from './reference-steps.js';

/** A compensation or a closing that goes wrong after the carrier has refused the order. */
export interface FailingUndo {
  readonly version: Version;
  /** The step that is undone, or the closing. */
  readonly undo: string;
  readonly way: Way;
  readonly instant: Instant;
  readonly faults: readonly Fault[];
  /** How things stand while it waits for a person; null: it ends by itself. */
  readonly parked: (Standing & { readonly code: string; readonly step: string }) | null;
  readonly end: Standing;
  readonly story: string;
}

interface Undo {
  readonly name: string;
  readonly command: Fault['command'];
  readonly kind: 'local' | 'external';
  /** The step whose effect it undoes; null: it is a closing. */
  readonly of: Step | null;
  readonly budget: number;
}

const closings: readonly Undo[] = [
  { name: 'undoing', command: BeginCancellation, kind: 'local', of: null, budget: 5 },
  { name: 'undone', command: CloseOrder, kind: 'local', of: null, budget: 5 },
];

function undosOf(version: Version): Undo[] {
  const compensations = stepsOf[version].flatMap((step) =>
    step.undo === null
      ? []
      : [{ name: step.name, command: step.undo, kind: step.kind, of: step, budget: 10 }],
  );
  return [...compensations, ...closings];
}

/** On the way back there is no no: it is a failure like any other. What nobody knows is asked for first. */
function courseOf({ kind, budget }: Undo, way: Way, instant: Instant): Course {
  const had = instant === 'after its effect';
  const on = (attempts: number): Course => ({ leads: 'on', attempts });
  if (way === 'unknown') return on(kind === 'external' && !had ? 2 : 1);
  if (way === 'unclassified' && kind === 'external' && had) return on(1);
  return { leads: 'to a person', attempts: budget };
}

function rowOf(version: Version, undo: Undo, way: Way, instant: Instant): FailingUndo {
  const steps = stepsOf[version].filter(({ phase }) => phase !== 'retriable');
  // The pivot's withdrawal is for a booking that came about, and that the carrier then knows no more of.
  const withdraws = undo.of?.phase === 'pivot';
  const refusal: Fault = {
    command: ArrangeShipping,
    way: 'rejected',
    instant: withdraws ? 'after its effect' : 'before its effect',
  };
  const done = withdraws ? steps : steps.slice(0, -1);
  const all = [...(withdraws ? [undo.name] : []), ...backwards(done)];
  // One that backs off holds nobody up.
  const without = (...names: string[]) => all.filter((name) => !names.includes(name));
  // The refusal was in the same commit. The carrier is asked for it, knows nothing, and is sent the booking again; from
  // then on it counts as one that may arrive.
  const forgets =
    undo.kind === 'local' &&
    instant === 'before its effect' &&
    (undo.name === 'undoing' || undo.name === backwards(steps)[0]);
  const failure = withdraws ? 'SHIPPING.CANCELLED' : codes.rejected;
  const { leads, attempts } = courseOf(undo, way, instant);
  const row = {
    version,
    undo: undo.name,
    way,
    instant,
    faults: [refusal, { command: undo.command, way, instant }],
  };
  const end = { saga: 'compensated', order: 'cancelled', failure, world: worldAfter([]) };
  if (leads === 'on') {
    const undone =
      attempts > 1 ? [...without(undo.name), undo.name] : forgets ? ['arrange-shipping', ...all] : all;
    return {
      ...{ ...row, parked: null },
      end: { ...end, attempts, undone },
      story: `cancelled after ${times(attempts)}, undone: ${undone.join(', ')}`,
    };
  }
  // What has been reserved can only be released once it is back in the reservation; nothing else waits for anything.
  const waits = undo.name === 'commit-inventory' ? ['reserve-inventory'] : [];
  const undone = without(undo.name, ...waits);
  const gone = undo.kind === 'external' && instant === 'after its effect' ? [undo.name] : [];
  const open = done.filter(({ name }) => !undone.includes(name) && !gone.includes(name));
  const told = undo.name !== 'undoing';
  const parked = {
    saga: 'parked',
    order: told ? 'cancelling' : 'pending',
    failure: told ? failure : null,
    ...{
      attempts,
      undone,
      world: worldAfter(open),
      code: codes[way],
      step: undo.of?.name ?? 'arrange-shipping',
    },
  };
  const late = undo.of === null ? [] : [undo.name, ...waits];
  return {
    ...{ ...row, parked },
    end: { ...end, attempts: attempts + 1, undone: [...undone, ...late] },
    story: `parked after ${times(attempts)}, all else undone; retried by a person, cancelled`,
  };
}

// One that is asked about an undo does not say no: there is nothing for a business to refuse.
const makesSense = ({ kind }: Undo, way: Way, instant: Instant) =>
  !(kind === 'external' && way === 'rejected' && instant === 'after its effect');

const rows: readonly (FailingUndo & { readonly local: boolean })[] = ([1, 2] as const).flatMap((version) =>
  undosOf(version).flatMap((undo) =>
    ways.flatMap((way) =>
      instants
        .filter((instant) => makesSense(undo, way, instant))
        .map((instant) => ({ ...rowOf(version, undo, way, instant), local: undo.kind === 'local' })),
    ),
  ),
);

/** Each compensation, withdrawal and closing of v1 and v2 failing in each way, before and after its effect. */
export const failingUndos: readonly FailingUndo[] = rows.filter(
  ({ local, way }) => !local || way !== 'unknown',
);

/** As with steps: unknown is the commit of a local one. */
export const undosWithLostCommits: readonly FailingUndo[] = rows.filter(
  ({ local, way }) => local && way === 'unknown',
);
