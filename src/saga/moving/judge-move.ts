import { answerTo, hears, type SagaDefinition } from '../definition/index.js';
import { currentStepOf } from '../engine/path.js';
import type { ReactionState, SagaState } from '../engine/state.js';
import { fits, type Divergence } from './divergence.js';
import { judgeStep } from './judge-step.js';
import { judgeTurn } from './judge-turn.js';
import { judgeWayBack } from './judge-way-back.js';

/**
 * Whether a saga that has not ended may go on under another version of its definition: only when all that it has done
 * is a valid beginning of that version. The same steps in an order that the version allows, results that fit its
 * schemas, what was stored to undo them known to it with that input, the same side of the pivot, the same waits open.
 * What is under way in some worker's memory is not looked at: see `move`.
 *
 * Pure. What is allowed can be taken back: of two versions that are equal so far neither adds anything to the state.
 *
 * @param from the version that the saga has
 * @returns the first difference in the order in which the saga reached its steps; null: it may
 */
export function judgeMove(state: SagaState, from: SagaDefinition, to: SagaDefinition): Divergence | null {
  if (!fits(to.inputSchema, state.input)) {
    return { step: null, reason: `its input does not fit the schema of ${nameOf(to)}` };
  }
  for (const step of state.steps) {
    const divergence = judgeTurn(state, from, to, step) ?? judgeStep(state, from, to, step);
    if (divergence) return divergence;
  }
  return judgeWayBack(state, from, to) ?? judgeEnd(state, to) ?? judgeEvents(state, to);
}

/** One that went through under its own version must have gone through under the other one. */
function judgeEnd(state: SagaState, to: SagaDefinition): Divergence | null {
  const left = state.doneAt === null ? null : currentStepOf(to, state);
  return left && { step: left.name, reason: `it is done, and ${nameOf(to)} goes on with "${left.name}"` };
}

/** What came from outside and has not had its effect yet. */
function judgeEvents(state: SagaState, to: SagaDefinition): Divergence | null {
  const kept = state.kept.find(({ event }) => !hears(to, event));
  if (kept) return { step: null, reason: `it keeps ${kept.event}, which ${nameOf(to)} does not hear` };
  const due = state.reactions.find((reaction) => !hasReaction(to, reaction));
  return due
    ? { step: due.place, reason: `it owes a reaction to ${due.event}, which ${nameOf(to)} does not have` }
    : null;
}

function hasReaction(to: SagaDefinition, { event, place, unit }: ReactionState): boolean {
  const answer = answerTo(to, event, place);
  if (answer?.then !== 'react') return false;
  return (
    unit === null || (answer.command.wireName === unit.command && fits(answer.command.schema, unit.input))
  );
}

function nameOf({ name, version }: SagaDefinition): string {
  return `${name} v${version}`;
}
