import { isDeepStrictEqual } from 'node:util';
import type { SagaDefinition } from '../definition/index.js';
import type { Entry } from '../engine/entries.js';
import { evolve, fold } from '../engine/evolve.js';
import { undoOf } from '../engine/forward.js';
import { reactionOf } from '../engine/reactions.js';
import { unitOf, type SagaState } from '../engine/state.js';
import { Transition } from '../engine/transition.js';

/**
 * Runs the functions of a definition again on what a journal has stored: mappings must make the same inputs of it,
 * and conditions decide alike. This sees what the fingerprint cannot, the arithmetic of a mapping and the comparison
 * in a condition, as far as recorded journals go through them. Their source text is not looked at: it changes with
 * every formatter and compiler, and does not show the constants and helpers that it uses.
 *
 * @returns what this build would do otherwise, a line each
 */
export function rederive(definition: SagaDefinition, entries: readonly Entry[]): string[] {
  const [first, ...others] = entries;
  if (!first) return [];
  const faults: string[] = [];
  others.reduce(
    (state, entry) => {
      faults.push(...faultsOf(definition, state, entry));
      return evolve(state, entry);
    },
    fold([first]),
  );
  return faults;
}

function faultsOf(definition: SagaDefinition, state: SagaState, entry: Entry): string[] {
  const env = { now: entry.at, newId: () => 'none', random: () => 0 };
  const t = new Transition(definition, state, env);
  switch (entry.kind) {
    case 'passed':
      return conditionFaults(t, entry.step, true);
    case 'waiting':
      return conditionFaults(t, entry.step, false);
    case 'intended':
      return intentFaults(t, entry);
    case 'succeeded':
      return undoFaults(t, entry);
    default:
      return [];
  }
}

function conditionFaults(t: Transition, step: string, passed: boolean): string[] {
  const { skipWhen, parameters } = t.stepDefinition(step);
  const now = skipWhen?.(t.context('none', parameters)) ?? false;
  if (now === passed) return [];
  return [
    `${step} ${passed ? 'was passed over, and is entered now' : 'was entered, and is passed over now'}`,
  ];
}

function intentFaults(t: Transition, entry: Extract<Entry, { kind: 'intended' }>): string[] {
  const { unit, input, reference, undo } = entry;
  const label = `the input of ${unit.role} ${unit.name}`;
  switch (unit.role) {
    case 'action': {
      const step = t.stepDefinition(unit.name);
      const map = step.action?.map;
      if (!map) return [`${unit.name} has no action any more`];
      const made = map(t.context(reference, step.parameters));
      const planned = undo === null ? null : undoOf(t, step, { input: made, result: null, reference });
      return [
        ...conditionFaults(t, unit.name, false),
        ...different(label, input, made),
        ...different(`the planned undo of ${unit.name}`, undo, planned),
      ];
    }
    case 'closing': {
      const { cause } = t.state;
      if (!cause) return [];
      const { type, step, index, code, message } = cause;
      const context = { ...t.context(reference), cause: { type, step, index, code, message } };
      return different(label, input, t.closing(unit.name)?.map(context));
    }
    case 'reaction': {
      const heard = t.state.reactions.find(({ id }) => id === unit.name);
      const reaction = reactionOf(t.definition, t.state, unit);
      const event = { id: unit.name, data: heard?.data };
      return different(label, input, reaction?.map({ ...t.context(reference), event }));
    }
    // What undoes a step was stored with its action, and is not made anew.
    case 'compensation':
      return [];
  }
}

/** Of what somebody gave in the unit's stead nothing can be said here: it was made of the same. */
function undoFaults(
  t: Transition,
  { unit, result, undo, pivot }: Extract<Entry, { kind: 'succeeded' }>,
): string[] {
  if (unit.role !== 'action' || pivot) return [];
  const { input, reference } = unitOf(t.state, unit)!;
  const made = undoOf(t, t.stepDefinition(unit.name), { input, result, reference });
  return different(`the undo of ${unit.name}`, undo, made);
}

/** Compared as they are stored. */
function different(what: string, was: unknown, is: unknown): string[] {
  const [before, now] = [asStored(was), asStored(is)];
  if (isDeepStrictEqual(before, now)) return [];
  return [`${what} was ${JSON.stringify(before)}, and is ${JSON.stringify(now)} now`];
}

function asStored(value: unknown): unknown {
  return value === undefined ? null : JSON.parse(JSON.stringify(value));
}
