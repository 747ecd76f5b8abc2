import type { SagaDefinition } from '../definition/index.js';
import { declarationOf } from '../engine/declaration-of.js';
import { engineError } from '../engine/errors.js';
import type { SagaState, UnitRef } from '../engine/state.js';
import type { Stimulus } from '../engine/stimulus.js';
import type { Answer } from './answers.js';

/** What an answer means to the decider, as the engine's callers translate it. @param asking the unit was asked for */
export function stimulusOf(
  definition: SagaDefinition,
  state: SagaState,
  unit: UnitRef,
  asking: boolean,
  answer: Exclude<Answer, { does: 'hang' }>,
): Stimulus {
  switch (answer.does) {
    case 'succeed': {
      const event = answer.event ?? unitDefinition(definition, state, unit).succeeds[0]!.wireName;
      return { kind: 'outcome', unit, event, result: answer.result };
    }
    case 'reject':
      return { kind: 'rejection', unit, error: engineError(answer.code, answer.message) };
    case 'fail': {
      const { code, message, sent, retryAfterMs } = answer;
      const error = { name: 'Error', code, message, stack: null, chain: [] };
      if (asking) return { kind: 'resolve-failed', unit, error };
      return { kind: 'attempt-failed', unit, error, sent, retryAfterMs };
    }
    case 'lose-answer':
      return { kind: 'unknown', unit, error: engineError('TIMEOUT', 'No answer came back.') };
    case 'accept-for-later':
      return { kind: 'accepted', unit, error: engineError('PENDING', 'It has yet to decide.') };
    case 'cannot-say':
      return { kind: 'resolve-failed', unit, error: engineError('TIMEOUT', 'No answer to that either.') };
    case 'find-no-trace':
      return { kind: 'absent', unit, mayRepeat: answer.mayRepeat };
    case 'kill-worker':
      return { kind: 'lease-lost' };
  }
}

/** @throws Error for a unit that the definition does not have */
export function unitDefinition(definition: SagaDefinition, state: SagaState, ref: UnitRef) {
  const found = declarationOf(definition, state, ref);
  if (!found) throw new Error(`The definition has no ${ref.role} "${ref.name}".`);
  return found;
}
