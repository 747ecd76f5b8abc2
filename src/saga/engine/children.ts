import { ChildDone, ChildUndone } from '../definition/index.js';
import { giveUp } from './divert.js';
import { engineError } from './errors.js';
import { advance, askToTurnBack, currentIndex } from './forward.js';
import { isOutstanding, type StoredError, type UnitRef, type Verdict } from './state.js';
import type { ChildNews } from './stimulus.js';
import { succeed } from './succeed.js';
import type { Transition } from './transition.js';

/** A saga that a step has started tells how it stands. Told twice, or too late, it changes nothing. */
export function hearChild(t: Transition, { childId, how, results, error }: ChildNews): void {
  const step = t.state.steps.find(({ action }) => action?.reference === childId);
  if (!step || t.state.end) return;
  const { name } = step;
  const undo: UnitRef = { role: 'compensation', name };
  if (isOutstanding(step.compensation)) {
    if (how === 'compensated') return succeed(t, undo, ChildUndone.wireName, { childId });
    return how === 'done' ? undefined : park(t, undo, notUndone[how]);
  }
  const action: UnitRef = { role: 'action', name };
  if (!isOutstanding(step.action)) return;
  if (how === 'done' || how === 'completed')
    return succeed(t, action, ChildDone.wireName, { childId, results });
  const why = error ?? engineError('SAGA.CHILD_TURNED_BACK', 'The saga that it started was undone.');
  const mayBeRejected = t.stepDefinition(name).phase !== 'retriable' && !t.state.pivotPassed;
  if (how === 'terminated' || !mayBeRejected) return park(t, action, how === 'terminated' ? ended : why);
  t.add({ kind: 'rejected', unit: action, event: ChildUndone.wireName, error: why });
  giveUp(t, 'rejected', name, why);
}

const ended = engineError('SAGA.CHILD_TERMINATED', 'The saga that it started was ended by hand.');
const notUndone = {
  terminated: ended,
  completed: engineError(
    'SAGA.CHILD_CANNOT_BE_UNDONE',
    'The saga that it started has passed its point of no return.',
  ),
};

function park(t: Transition, unit: UnitRef, error: StoredError): void {
  t.add({ kind: 'parked', unit, error });
}

/** The saga that started this one has decided. Only the first verdict counts. */
export function hearVerdict(t: Transition, verdict: Verdict, owned = false): void {
  const { end, verdict: known, cause, cancel, pivotPassed } = t.state;
  if (end || known !== null) return;
  t.add({ kind: 'verdict', verdict });
  if (cause) return;
  if (verdict === 'keep') return advance(t);
  if (cancel || pivotPassed) return;
  const reason = 'The saga that started it has turned back.';
  const step = t.definition.steps[currentIndex(t)]!.name;
  const asked = { step, by: 'parent', reason, code: 'SAGA.PARENT_TURNED_BACK', type: 'cancelled' } as const;
  askToTurnBack(t, asked, { owned });
}
