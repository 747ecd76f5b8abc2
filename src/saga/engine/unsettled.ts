import { kindOf } from './next.js';
import { isAskedFor, isWithChild, unitOf, type UnitRef } from './state.js';
import { StimulusRefused } from './stimulus.js';
import type { Transition } from './transition.js';

/**
 * Nobody decides in the place of a unit whose outcome may still come by itself: one attempt would have two.
 * Local units need no such care: whoever carries one out holds the saga's row.
 *
 * @param owned a worker owns the saga now
 * @throws StimulusRefused `SAGA.OUTCOME_UNKNOWN` or `SAGA.UNDER_WAY`
 */
export function refuseUnsettled(t: Transition, ref: UnitRef, owned: boolean): void {
  const unit = unitOf(t.state, ref);
  // A child goes on by itself: what is ended is only this saga's waiting for it.
  if (!unit || unit.parked || isWithChild(unit)) return;
  if (isAskedFor(unit)) {
    const why =
      unit.status === 'accepted'
        ? `The other side has yet to decide on "${ref.name}". Wait for that, or compensate: it is asked, and undone.`
        : `The other side is still being asked what became of "${ref.name}". Wait until that is known, or parked.`;
    throw new StimulusRefused('SAGA.OUTCOME_UNKNOWN', why);
  }
  if (owned && kindOf(t.definition, t.state, ref) === 'external') {
    throw new StimulusRefused(
      'SAGA.UNDER_WAY',
      `A call for "${ref.name}" may be under way. Pause the saga, so that nothing new is begun, and ask again then.`,
    );
  }
}
