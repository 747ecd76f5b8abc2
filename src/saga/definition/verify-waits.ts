import { duplicates, type At, type Find } from './finding.js';
import { overdueCase } from './overdue.js';
import type { SagaDefinition, StepDefinition } from './types.js';

/** A hundred years: beyond it a time may be none. */
const longestMs = 100 * 365 * 24 * 60 * 60 * 1_000;

/** It is ended from outside or by time, and does nothing. */
export function isWait({ kind }: StepDefinition): boolean {
  return kind === 'wait' || kind === 'timer';
}

/** A wait can end, in ways that can be told apart, and after the pivot it never turns back. */
export function checkWaits(definition: SagaDefinition, at: At, find: Find): void {
  for (const step of definition.steps) if (step.wait) checkWait(step, step.wait, at(step.name), find);
}

function checkWait(
  { kind, phase }: StepDefinition,
  { cases, lasts, overdue }: NonNullable<StepDefinition['wait']>,
  path: string,
  find: Find,
): void {
  if (kind === 'wait' && cases.length === 0) {
    find(
      'SAGA.NO_OUTCOME',
      path,
      'say with on(…) which event ends the wait; one that only time ends is a timer',
    );
  }
  if (kind === 'timer' && (cases.length > 0 || overdue.then !== 'go-on')) {
    find('SAGA.CONTRADICTION', path, 'a timer is ended by time alone, and then the saga goes on');
  }
  if ('ms' in lasts && !(lasts.ms > 0 && lasts.ms <= longestMs)) {
    find('SAGA.BAD_POLICY', path, `it lasts ${lasts.ms} ms; that is no time from 1 ms to 100 years`);
  }
  for (const name of duplicates(cases.map((one) => one.name))) {
    find('SAGA.AMBIGUOUS_CASE', path, `two of its ends are called "${name}"`);
  }
  for (const event of duplicates(cases.map((one) => one.event.wireName))) {
    find('SAGA.AMBIGUOUS_CASE', path, `${event} would end it in two ways`);
  }
  if (cases.some(({ name }) => name === overdueCase)) {
    find('SAGA.AMBIGUOUS_CASE', path, `"${overdueCase}" is what it is called when its time is up`);
  }
  const turnsBack = overdue.then === 'turn-back' || cases.some(({ then }) => then === 'turn-back');
  if (phase === 'retriable' && turnsBack) {
    find('SAGA.MAY_GIVE_UP', path, 'after the pivot a wait has nowhere to turn to');
  }
}
