import { overdueCase, type MessageClass } from '../definition/index.js';
import { advance, undoOf } from './forward.js';
import { isIdle, pendingUnits } from './next.js';
import { isWithChild, unitOf, type UnitRef } from './state.js';
import { ResultRefused, StimulusRefused, type Skip } from './stimulus.js';
import { succeed } from './succeed.js';
import type { Transition } from './transition.js';
import { refuseUnsettled } from './unsettled.js';

/** The event of a compensation or a closing that somebody settled outside: no handler ended in it. */
const settledOutside = 'saga.settled-outside.v1';

/**
 * Takes what somebody says as the outcome of what is stuck: of a unit that is parked or backs off, or of a wait.
 * Nothing is carried out for it, and no event is published: what it stands for was done outside.
 *
 * What may be under way is not skipped, or the saga would have two outcomes of one attempt; and what is unknown only
 * once it is parked, for until then the other side is still being asked.
 *
 * @throws StimulusRefused when nothing is stuck, or more than one thing is and nobody said which
 * @throws ResultRefused when the result is none that the step can have
 */
export function skip(t: Transition, asked: Skip): void {
  const target = targetOf(t, asked);
  const person = { by: asked.by, reason: asked.reason };
  if ('wait' in target) {
    return skipWait(t, target.wait, asked.result, person);
  }
  const { unit } = target;
  const outcome = unit.role === 'action' ? outcomeOf(t, unit, asked.result) : null;
  // An intent that could not become a command holds up the whole saga; it does not need to become one any more.
  if (t.state.fault) t.add({ kind: 'retried', unit: null, ...person });
  succeed(t, unit, outcome?.event ?? settledOutside, outcome ? outcome.data : asked.result, person);
}

/** A wait ends by the data of one of its events, or by `{ case, data }`; a timer as if its time were up. */
function skipWait(
  t: Transition,
  step: string,
  result: unknown,
  person: { by: string; reason: string },
): void {
  const { phase, wait } = t.stepDefinition(step);
  const end = { kind: 'wait-ended', step, pivot: phase === 'pivot', goesOn: true, ...person } as const;
  const goingOn = (wait?.cases ?? []).filter(({ then }) => then === 'go-on');
  if (goingOn.length === 0) {
    t.add({ ...end, how: 'deadline', event: null, result: null, case: overdueCase });
    return advance(t);
  }
  const named = goingOn.find(({ name }) => name === nameOfCase(result));
  const { event, data } = named
    ? fitting([named.event], (result as { data?: unknown }).data)
    : fitting(
        goingOn.map((one) => one.event),
        result,
      );
  const { name } = goingOn.find((one) => one.event.wireName === event)!;
  t.add({ ...end, how: 'event', event, result: data, case: name });
  advance(t);
}

function nameOfCase(result: unknown): unknown {
  return typeof result === 'object' && result !== null && 'case' in result ? result.case : null;
}

type Target = { readonly wait: string } | { readonly unit: UnitRef };

function targetOf(t: Transition, { step, owned = false }: Skip): Target {
  const { end, cause, fault } = t.state;
  if (end) throw new StimulusRefused('SAGA.ENDED', `The saga has ended: ${end}.`);
  const isMeant = (name: string) => step === null || step === name;
  const units = pendingUnits(t.state).filter(({ name }) => isMeant(name));
  const stuck = units.filter((ref) => {
    const unit = unitOf(t.state, ref)!;
    return !isWithChild(unit) && (isIdle(unit, t.env.now) || fault !== null);
  });
  const waits = cause ? [] : t.state.steps.filter(({ name, wait }) => wait && !wait.ended && isMeant(name));
  const parked = stuck.filter((ref) => unitOf(t.state, ref)!.parked);
  const targets: Target[] = [
    ...waits.map(({ name }) => ({ wait: name })),
    ...(parked.length > 0 ? parked : stuck).map((unit) => ({ unit })),
  ];
  const [target] = targets;
  if (!target) throw nothingStuck(t, units);
  if (targets.length > 1) {
    const names = targets.map((one) => ('wait' in one ? one.wait : one.unit.name)).join(', ');
    throw new StimulusRefused('SAGA.AMBIGUOUS', `Several are stuck: ${names}. Say which one by "step".`);
  }
  if ('unit' in target) refuseUnsettled(t, target.unit, owned);
  return target;
}

function nothingStuck(t: Transition, underWay: readonly UnitRef[]): StimulusRefused {
  const [unit] = underWay;
  if (unit)
    return new StimulusRefused('SAGA.UNDER_WAY', `"${unit.name}" is under way; its outcome will come.`);
  const why = t.state.fault
    ? 'What failed is the mapping of the next command: it has no outcome yet. Mend it and retry.'
    : 'Nothing of this saga, or not that, is parked, backs off or waits.';
  return new StimulusRefused('SAGA.NOT_STUCK', why);
}

/** The outcome of an action, checked as if its handler had ended in it. */
function outcomeOf(t: Transition, ref: UnitRef, result: unknown): { event: string; data: unknown } {
  const step = t.stepDefinition(ref.name);
  const outcome = fitting(step.action?.succeeds ?? [], result);
  if (step.phase === 'pivot') return outcome;
  const { input, reference } = unitOf(t.state, ref)!;
  try {
    undoOf(t, step, { input, result: outcome.data, reference });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const message = `The compensation of "${ref.name}" cannot be made of this result: ${why}`;
    throw new ResultRefused('SAGA.RESULT_DOES_NOT_FIT', message, null);
  }
  return outcome;
}

/** The one event whose data it can be. */
function fitting(events: readonly MessageClass[], result: unknown): { event: string; data: unknown } {
  const faults: unknown[] = [];
  const fits = events.flatMap((event) => {
    try {
      return [{ event: event.wireName, data: event.schema.parse(result) }];
    } catch (error) {
      faults.push(error);
      return [];
    }
  });
  const [fit] = fits;
  const names = events.map(({ wireName }) => wireName).join(' or ');
  if (!fit) {
    throw new ResultRefused(
      'SAGA.RESULT_DOES_NOT_FIT',
      `The result is no data of ${names}.`,
      faults[0] ?? null,
    );
  }
  if (fits.length > 1) {
    const both = fits.map(({ event }) => event).join(' and of ');
    throw new ResultRefused('SAGA.RESULT_AMBIGUOUS', `The result could be data of ${both}.`, null);
  }
  return fit;
}
