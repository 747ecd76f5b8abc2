import type { SagaDefinition } from '../definition/index.js';
import { begin, decide, proceed } from '../engine/decide.js';
import type { Entry } from '../engine/entries.js';
import { fold } from '../engine/evolve.js';
import { isOutstanding, isSettled, openWaits, unitOf, type SagaState } from '../engine/state.js';
import { StimulusRefused } from '../engine/stimulus.js';
import { recordedAnswers, type Recorded } from './recorded-answers.js';

/**
 * The journal that the candidate would have written for what has happened to a saga: each answer is given to what it
 * answered, whenever the candidate asks for that. Pure; nothing is carried out.
 *
 * @param journal whole, from its first entry on
 * @returns as far as there are answers: it has not ended where there is none
 */
export function replay(
  candidate: SagaDefinition,
  journal: readonly Entry[],
): { journal: Entry[]; state: SagaState } {
  const [first] = journal;
  if (first?.kind !== 'started') throw new Error('A journal is replayed from its beginning.');
  const { id, correlationId, input, parent, verdict } = first;
  let now = first.at;
  let ids = 0;
  const env = () => ({ now, newId: () => `replayed-${++ids}`, random: () => 0.5 });
  const saga = { id, correlationId, input, ...(parent && { parent }), ...(verdict && { verdict }) };
  const { started } = begin(candidate, saga, env());
  const entries: Entry[] = [started];
  const take = (decided: { entries: readonly Entry[]; state: SagaState }) => {
    entries.push(...decided.entries);
    return decided.state;
  };
  let state = take(proceed(candidate, fold([started]), env()));
  const left = recordedAnswers(journal);
  for (let place = nextOf(left, state); place >= 0 && !state.end; place = nextOf(left, state)) {
    const [{ at, stimulus }] = left.splice(place, 1) as [Recorded];
    if (Date.parse(at) > Date.parse(now)) now = at;
    try {
      state = take(decide(candidate, state, stimulus, env()));
    } catch (error) {
      // What somebody asked for does not apply here: then it has no effect here.
      if (!(error instanceof StimulusRefused)) throw error;
    }
  }
  return { journal: entries, state };
}

/** The first of what is left that the saga has a use for now; -1: nothing of it. */
function nextOf(left: readonly Recorded[], state: SagaState): number {
  return left.findIndex(({ to, stimulus }) => {
    if ('unit' in to) {
      const unit = unitOf(state, to.unit);
      return isOutstanding(unit) && (stimulus.kind !== 'retry' || unit?.parked === true);
    }
    if ('wait' in to) {
      const open = openWaits(state).find(({ name }) => name === to.wait);
      return open !== undefined && (stimulus.kind !== 'retry' || open.wait.error !== null);
    }
    if (stimulus.kind === 'retry') return state.fault !== null;
    if (to.step === null) return true;
    return state.steps.some((step) => step.name === to.step && !isSettled(step));
  });
}
