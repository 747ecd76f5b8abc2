import { alternativeFor, nameOf, stepsBefore, type CauseInfo } from '../definition/index.js';
import { advance, askToTurnBack, mayHaveAnEffect, stopAsAsked, turnBack, withdraw } from './forward.js';
import type { StoredError, UnitRef } from './state.js';
import type { Transition } from './transition.js';

/**
 * A step has failed for good: its alternative is taken, or the saga turns back. Only when the step's own fate is
 * known; a cancel that came meanwhile goes before any way forward.
 */
export function giveUp(t: Transition, type: CauseInfo['type'], step: string, error: StoredError): void {
  const ended: UnitRef = { role: 'action', name: step };
  // The first of several failures is the cause; the others are only recorded.
  if (t.state.cancel?.error) return stopAsAsked(t, { ended });
  if (mayHaveAnEffect(t, { ended })) return stopOthers(t, type, ended, error);
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

/** What is under way in the other branches of a group must be learnt first; they begin nothing new. */
function stopOthers(t: Transition, type: CauseInfo['type'], ended: UnitRef, error: StoredError): void {
  if (t.state.cancel) return stopAsAsked(t, { ended });
  const { code, message: reason } = error;
  const asked = { step: ended.name, by: 'engine', reason, code: code ?? 'SAGA.STEP_FAILED', type, error };
  askToTurnBack(t, asked, { ended });
}
