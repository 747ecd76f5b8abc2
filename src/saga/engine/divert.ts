import { alternativeFor, nameOf, stepsBefore, type CauseInfo } from '../definition/index.js';
import { advance, turnBack, withdraw } from './forward.js';
import type { StoredError } from './state.js';
import type { Transition } from './transition.js';

/**
 * A step has failed for good: its alternative is taken, or the saga turns back. Only when the step's own fate is
 * known; a cancel that came meanwhile goes before any way forward.
 */
export function giveUp(t: Transition, type: CauseInfo['type'], step: string, error: StoredError): void {
  const alternative = t.state.cancel ? null : alternativeFor(t.definition, step, error.code);
  if (!alternative) return turnBack(t, type, error);
  const to = nameOf(alternative);
  const kept = new Set(stepsBefore(t.definition, to));
  withdraw(t);
  const replaces = t.state.steps.flatMap(({ name, replacedBy }) =>
    replacedBy === null && !kept.has(name) ? [name] : [],
  );
  t.add({ kind: 'diverted', step, to, replaces, error });
  advance(t);
}
