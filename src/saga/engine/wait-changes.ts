import type { Entry } from './entries.js';
import { changeStep } from './state-changes.js';
import type { SagaState, WaitState } from './state.js';

type Of<Kind extends Entry['kind']> = Extract<Entry, { readonly kind: Kind }>;

/** Ids of events that are remembered: so many of the newest, for those that come twice come soon. */
const mostHeard = 256;

/** Changes a step's wait; nothing when it has none. */
export function changeWait(
  state: SagaState,
  name: string,
  change: (wait: WaitState) => WaitState,
): SagaState {
  return changeStep(state, name, (step) => ({ ...step, wait: step.wait && change(step.wait) }));
}

export function waitBegun(state: SagaState, entry: Of<'waiting'>): SagaState {
  return changeStep(state, entry.step, (step) => ({
    ...step,
    wait: {
      until: entry.until,
      for: entry.for ?? [],
      startedAt: step.wait?.startedAt ?? entry.at,
      ended: null,
      result: null,
      error: null,
    },
  }));
}

export function waitEnded(state: SagaState, entry: Of<'wait-ended'>): SagaState {
  const { how, at, event, case: name = null, goesOn = how === 'event', eventId } = entry;
  const ended = changeWait(state, entry.step, (wait) => ({
    ...wait,
    ended: { how, at, event, case: name, goesOn },
    result: entry.result,
    error: null,
  }));
  const kept = state.kept.filter(({ id }) => id !== eventId);
  const pivotPassed = state.pivotPassed || entry.pivot;
  return { ...(eventId === undefined ? ended : eventHeard(ended, eventId)), kept, pivotPassed };
}

/** What has expired by then is forgotten. */
export function eventKept(state: SagaState, { id, event, data, until, at }: Of<'event-kept'>): SagaState {
  const inTime = state.kept.filter((one) => Date.parse(one.until) > Date.parse(at));
  return { ...eventHeard(state, id), kept: [...inTime, { id, event, data, until }] };
}

export function eventHeard(state: SagaState, id: string): SagaState {
  if (state.heard.includes(id)) return state;
  return { ...state, heard: [...state.heard, id].slice(-mostHeard) };
}
