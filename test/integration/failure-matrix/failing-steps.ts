import { codes, type Fault, type Instant, type Way } from '../../support/sabotage/sabotage.js';
import {
  backwards,
  listed,
  stepsOf,
  times,
  worldAfter,
  type Course,
  type Standing,
  type Step,
  type Version,
} from './reference-steps.js';

export const ways: readonly Way[] = ['rejected', 'retryable', 'unclassified', 'unknown'];
export const instants: readonly Instant[] = ['before its effect', 'after its effect'];

/** One step going wrong in one way, and all that follows from it. */
export interface FailingStep {
  readonly version: Version;
  readonly step: string;
  readonly way: Way;
  readonly instant: Instant;
  readonly faults: readonly Fault[];
  /** How things stand while it waits for a person, and under which code; null: it ends by itself. */
  readonly parked: (Standing & { readonly code: string }) | null;
  /** What that person does; null: nothing is asked of anybody. */
  readonly then: 'retry' | 'compensate' | null;
  readonly end: Standing;
  /** All of it in words. */
  readonly story: string;
}

const onceAndOn: Course = { leads: 'on', attempts: 1 };
const twiceAndOn: Course = { leads: 'on', attempts: 2 };
const onceAndBack: Course = { leads: 'back', attempts: 1 };
const usedUp: Course = { leads: 'to a person', attempts: 5 };

/** The declared reaction of each sort of step to each way of failing, before and after its effect. */
const courses: Readonly<Record<string, Readonly<Record<Way, readonly [before: Course, after: Course]>>>> = {
  // After its effect is as before it: the effect is rolled back with what went wrong. Unknown is its commit.
  'local, before the pivot': {
    rejected: [onceAndBack, onceAndBack],
    retryable: [usedUp, usedUp],
    unclassified: [usedUp, usedUp],
    unknown: [onceAndOn, onceAndOn],
  },
  // After the pivot there is no no.
  'local, after the pivot': {
    rejected: [usedUp, usedUp],
    retryable: [usedUp, usedUp],
    unclassified: [usedUp, usedUp],
    unknown: [onceAndOn, onceAndOn],
  },
  // What nobody knows is asked for: one that had its effect goes on from it, one without a trace is repeated.
  external: {
    rejected: [onceAndBack, onceAndBack],
    retryable: [usedUp, usedUp],
    unclassified: [usedUp, onceAndOn],
    unknown: [twiceAndOn, onceAndOn],
  },
};

function courseOf({ kind, phase }: Step, way: Way, instant: Instant): Course {
  const sort = kind === 'external' ? kind : `local, ${phase === 'retriable' ? 'after' : 'before'} the pivot`;
  return courses[sort]![way][instants.indexOf(instant)]!;
}

function rowsOf(version: Version, index: number, way: Way, instant: Instant): FailingStep[] {
  const steps = stepsOf[version];
  const step = steps[index]!;
  const before = steps.slice(0, index);
  // What a call did before it went wrong stays done; what a local step did is rolled back.
  const done = step.kind === 'external' && instant === 'after its effect' ? [step] : [];
  const { leads, attempts } = courseOf(step, way, instant);
  const faults = [{ command: step.command, way, instant }];
  const row = { version, step: step.name, way, instant, faults, parked: null, then: null };
  const confirmed = { saga: 'completed', order: 'confirmed', failure: null, undone: [] };
  const untouched = { saga: 'compensated', order: 'cancelled', world: worldAfter([]) };

  if (leads === 'on') {
    const end = { ...confirmed, attempts, world: worldAfter(steps) };
    return [{ ...row, end, story: `confirmed after ${times(attempts)}` }];
  }
  if (leads === 'back') {
    const undone = [...done.map(({ name }) => name), ...backwards(before)];
    // All that a carrier answers of a booking that it does not want any more is that it is cancelled.
    const failure = step.phase === 'pivot' && done.length > 0 ? 'SHIPPING.CANCELLED' : codes.rejected;
    const end = { ...untouched, order: index === 0 ? 'rejected' : 'cancelled', failure, attempts, undone };
    return [{ ...row, end, story: `${end.order} after ${times(attempts)}, undone: ${listed(undone)}` }];
  }
  const parked = {
    ...{ saga: 'parked', order: 'pending', failure: null, attempts, undone: [] },
    world: worldAfter([...before, ...done]),
    code: codes[way],
  };
  const retried: FailingStep = {
    ...{ ...row, parked, then: 'retry' },
    end: { ...confirmed, attempts: attempts + 1, world: worldAfter(steps) },
    story: `parked after ${times(attempts)}, retried by a person, confirmed`,
  };
  if (step.phase === 'retriable') return [retried];
  // A call has begun with rows of its own, and a request of it may yet arrive: its undo runs, whatever it finds.
  const undone = [...(step.kind === 'external' ? [step.name] : []), ...backwards(before)];
  const givenUp: FailingStep = {
    ...{ ...row, parked, then: 'compensate' },
    end: { ...untouched, failure: 'SAGA.COMPENSATED_BY_OPERATOR', attempts, undone },
    story: `parked after ${times(attempts)}, given up by a person, cancelled, undone: ${listed(undone)}`,
  };
  return [retried, givenUp];
}

const rows: readonly FailingStep[] = ([1, 2] as const).flatMap((version) =>
  stepsOf[version].flatMap((_, index) =>
    ways.flatMap((way) => instants.flatMap((instant) => rowsOf(version, index, way, instant))),
  ),
);

const isLocal = ({ version, step }: FailingStep) =>
  stepsOf[version].some(({ name, kind }) => name === step && kind === 'local');
const losesItsCommit = (row: FailingStep) => row.way === 'unknown' && isLocal(row);

/** Each step of v1 and v2 failing in each way, before and after its effect. */
export const failingSteps = rows.filter((row) => !losesItsCommit(row));

/** For a local step unknown means: the connection breaks at its commit, before or after that took place. */
export const stepsWithLostCommits = rows.filter(losesItsCommit);
