import { causeOf } from './cause.js';
import { currentIndex } from './forward.js';
import { dueUnits, isIdle, pendingUnits } from './next.js';
import { isOpen, unitOf, type StepState, type StoredError } from './state.js';
import { StimulusRefused, type Termination } from './stimulus.js';
import type { Transition } from './transition.js';
import { advanceUndo } from './undo.js';
import { refuseUnsettled } from './unsettled.js';

/**
 * Ends a saga without undo, also after the pivot: whatever stands is left as it is and marked abandoned, by name.
 * The business is still told (the closings run), and with that done the saga is `terminated`. Should the last
 * closing be what is stuck, asking again ends the saga without it.
 *
 * What is under way outside is learnt first: an effect that nobody has heard of yet could not be abandoned by name.
 *
 * @throws StimulusRefused when it has ended, or a call is under way, or its outcome is still being asked for
 */
export function terminate(t: Transition, { by, reason, owned = false }: Termination): void {
  if (t.state.end) throw new StimulusRefused('SAGA.ENDED', `The saga has ended: ${t.state.end}.`);
  pendingUnits(t.state).forEach((ref) => refuseUnsettled(t, ref, owned));
  // A paused saga would never tell the business.
  if (t.state.paused) t.add({ kind: 'resumed', by, reason });
  if (t.state.closings.undone || t.state.cause?.type === 'terminated') return endUntold(t, by, reason);
  const cause = causeOfEnd(t, reason);
  withdrawAll(t);
  for (const { name } of t.state.steps.filter((step) => stands(t, step))) {
    t.add({ kind: 'abandoned', step: name, by, reason });
  }
  t.add({ kind: 'turned-back', cause, by });
  advanceUndo(t);
}

/** All is undone or abandoned; what is left is to tell the business, and that cannot be done. */
function endUntold(t: Transition, by: string, reason: string): void {
  const tells = dueUnits(t.state, t.env.now).some(({ role }) => role !== 'reaction');
  if (tells && !t.state.fault) {
    throw new StimulusRefused('SAGA.UNDER_WAY', 'The business is being told; the saga ends with that.');
  }
  withdrawAll(t);
  t.add({ kind: 'terminated', by, reason });
}

/** Why it came to this stays in the chain: the end that a person made is not what went wrong. */
function causeOfEnd(t: Transition, reason: string) {
  const { cause } = t.state;
  const index = cause?.index ?? currentIndex(t);
  const step = t.definition.steps[index]!;
  const before = cause?.error ?? t.state.fault ?? failureOf(t);
  const error: StoredError = {
    name: 'SagaTerminated',
    code: 'SAGA.TERMINATED',
    message: reason,
    stack: null,
    chain: before ? [`${before.name}: ${before.message}`, ...before.chain] : [],
  };
  return causeOf('terminated', step, index, error);
}

function failureOf(t: Transition): StoredError | null {
  const stuck = pendingUnits(t.state).map((ref) => unitOf(t.state, ref)!);
  return stuck.find((unit) => isIdle(unit, t.env.now))?.error ?? null;
}

function withdrawAll(t: Transition): void {
  for (const unit of pendingUnits(t.state)) t.add({ kind: 'withdrawn', unit });
  // What is left has no command yet, because its mapping failed.
  for (const { id: name } of t.state.reactions)
    t.add({ kind: 'withdrawn', unit: { role: 'reaction', name } });
  for (const { name, wait } of t.state.steps) {
    if (!wait || wait.ended) continue;
    t.add({ kind: 'wait-ended', step: name, how: 'cancelled', event: null, result: null, pivot: false });
  }
}

/** What would have been undone, and what cannot be: from the pivot on nothing is, and it stands all the same. */
function stands(t: Transition, step: StepState): boolean {
  if (step.abandoned) return false;
  const definition = t.definition.steps.find(({ name }) => name === step.name);
  const final = definition !== undefined && definition.phase !== 'compensatable';
  return isOpen(step) || (final && step.action?.status === 'succeeded');
}
