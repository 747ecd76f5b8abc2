import { overdueCase, type WaitCase, type WaitDefinition } from '../definition/index.js';
import { beginWait } from './begin-wait.js';
import { giveUp } from './divert.js';
import { engineError } from './errors.js';
import { advance } from './forward.js';
import { openWaits } from './state.js';
import type { EventFromOutside } from './stimulus.js';
import type { Transition } from './transition.js';

/** A wait's time is up. */
export function endByTime(t: Transition, step: string): void {
  const { overdue } = waitOf(t, step);
  if (overdue.then === 'park') {
    const error = engineError(overdue.code, overdue.message);
    return t.add({ kind: 'parked', unit: null, step, error });
  }
  const end = { kind: 'wait-ended', step, how: 'deadline', event: null, result: null } as const;
  if (overdue.then === 'go-on') {
    t.add({ ...end, pivot: isPivot(t, step), case: overdueCase, goesOn: true });
    return advance(t);
  }
  t.add({ ...end, pivot: false });
  giveUp(t, 'rejected', step, engineError(overdue.code, overdue.message));
}

/** A person gives an overdue wait its time once more. */
export function waitAgain(t: Transition, step: string, by: string, reason: string): void {
  const { parameters } = t.stepDefinition(step);
  t.add({ kind: 'retried', unit: null, step, by, reason });
  beginWait(t, step, waitOf(t, step), t.context(t.env.newId(), parameters));
}

/** The end that an open wait would come to by this event; null: none would. */
export function endBy(t: Transition, event: string): { readonly step: string; readonly by: WaitCase } | null {
  for (const { name } of openWaits(t.state)) {
    const by = waitOf(t, name).cases.find((one) => one.event.wireName === event);
    if (by) return { step: name, by };
  }
  return null;
}

export function endByEvent(
  t: Transition,
  { step, by }: { readonly step: string; readonly by: WaitCase },
  { id, event, data }: Pick<EventFromOutside, 'id' | 'event' | 'data'>,
): void {
  const end = { kind: 'wait-ended', step, event, result: data, case: by.name, eventId: id } as const;
  if (by.then === 'go-on') {
    t.add({ ...end, how: 'event', pivot: isPivot(t, step), goesOn: true });
    return advance(t);
  }
  t.add({ ...end, how: 'rejected', pivot: false, goesOn: false });
  const { code, message } = data as { code: string; message: string };
  giveUp(t, 'rejected', step, engineError(code, message));
}

function isPivot(t: Transition, step: string): boolean {
  return t.stepDefinition(step).phase === 'pivot';
}

function waitOf(t: Transition, step: string): WaitDefinition {
  const { wait } = t.stepDefinition(step);
  if (!wait) throw new Error(`Step "${step}" waits for nothing in this version.`);
  return wait;
}
