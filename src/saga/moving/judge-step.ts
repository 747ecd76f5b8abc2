import { isDeepStrictEqual } from 'node:util';
import { type MessageClass, type SagaDefinition, type StepDefinition } from '../definition/index.js';
import {
  isOutstanding,
  type SagaState,
  type StepState,
  type UnitState,
  type WaitState,
} from '../engine/state.js';
import { fits, includesAll, type Divergence } from './divergence.js';
import { judgeUndo } from './judge-undo.js';

/** Whether a step that the saga has reached is the same step in the other version, as far as it has come. */
export function judgeStep(
  state: SagaState,
  from: SagaDefinition,
  to: SagaDefinition,
  step: StepState,
): Divergence | null {
  const was = from.steps.find(({ name }) => name === step.name);
  const is = to.steps.find(({ name }) => name === step.name);
  const difference =
    !was || !is
      ? 'is not in both versions'
      : (ofSort(was, is) ??
        (step.action && ofAction(was, is, step.action)) ??
        (step.wait && ofWait(was, is, step.wait)) ??
        judgeUndo(from, to, step));
  return difference === null
    ? null
    : { step: step.name, reason: `"${step.name}" ${difference} in v${to.version}` };
}

function ofSort(was: StepDefinition, is: StepDefinition): string | null {
  if (was.kind !== is.kind) return `is of the kind ${is.kind}, not ${was.kind},`;
  // So it is also on the same side of the pivot: which of the steps is one stands in their phases.
  if (was.phase !== is.phase) return `is ${is.phase}, not ${was.phase},`;
  return isDeepStrictEqual(was.child, is.child) ? null : 'starts another saga';
}

function ofAction(was: StepDefinition, is: StepDefinition, unit: UnitState): string | null {
  const { action } = is;
  if (!was.action || action?.command.wireName !== unit.command) {
    const wait = isOutstanding(unit) ? '; wait until it is settled: it is another command' : '';
    return `is not carried out by ${unit.command}${wait}`;
  }
  if (unit.status === 'succeeded') {
    return isResultOf(was.action.succeeds, action.succeeds, unit.result)
      ? null
      : 'has no outcome that the recorded result fits';
  }
  return isOutstanding(unit) ? ofOutstanding(was, is, unit) : null;
}

/** It will end under the other version: that has to know what it was asked for, and every success it may come to. */
function ofOutstanding(was: StepDefinition, is: StepDefinition, unit: UnitState): string | null {
  if (!fits(is.action!.command.schema, unit.input)) return 'does not take the input that is stored';
  if (!includesAll(is.action!.succeeds, was.action!.succeeds)) return 'may end in other events';
  if (unit.status === 'accepted' && unit.confirmBy !== null && !is.confirmed) {
    return 'is not waited for once it was accepted';
  }
  return unit.held && unit.held.dependency !== is.dependency
    ? `is not held for ${unit.held.dependency}`
    : null;
}

function ofWait(was: StepDefinition, is: StepDefinition, wait: WaitState): string | null {
  if (!was.wait || !is.wait) return 'does not wait';
  if (!wait.ended) {
    const ends = (one: typeof is.wait) => [
      one.cases.map(({ name, event, then }) => `${name} ${event.wireName} ${then}`).sort(),
      one.overdue,
    ];
    return isDeepStrictEqual(ends(was.wait), ends(is.wait)) ? null : 'waits for something else';
  }
  if (!wait.ended.goesOn) return null;
  const { ended } = wait;
  if (ended.event === null) {
    return is.wait.overdue.then === 'go-on' ? null : 'does not go on when its time is up';
  }
  const same = is.wait.cases.find(
    ({ name, event }) => event.wireName === ended.event && (ended.case === null || name === ended.case),
  );
  if (same?.then !== 'go-on') return `does not go on by ${ended.event}`;
  return fits(same.event.schema, wait.result) ? null : `does not take the data of ${ended.event} that came`;
}

/** The event is not stored with the state: it is one that the result fits, and both versions must know that. */
function isResultOf(was: readonly MessageClass[], is: readonly MessageClass[], result: unknown): boolean {
  const possible = was.filter((event) => fits(event.schema, result));
  return (
    possible.length > 0 &&
    possible.every(({ wireName }) =>
      is.some((event) => event.wireName === wireName && fits(event.schema, result)),
    )
  );
}
