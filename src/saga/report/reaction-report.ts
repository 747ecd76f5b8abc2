import { stepOfReaction } from '../engine/reactions.js';
import type { SagaState } from '../engine/state.js';
import { reportError } from './error-report.js';
import { nothing, reportUnit, statusOfUnit, type StepStatus, type UnitReport } from './step-report.js';

/** Something that is yet to be done about an event from outside. What is done stands in the journal. */
export interface ReactionReport extends UnitReport {
  readonly eventId: string;
  /** Wire name. */
  readonly event: string;
  /** Where the saga stood when it came; on the way back the step that it had turned back for. */
  readonly step: string;
  readonly status: Extract<StepStatus, 'running' | 'retrying' | 'parked'>;
}

/** Oldest first. */
export function reportReactions(state: SagaState): ReactionReport[] {
  return state.reactions.map((reaction) => {
    const { id: eventId, event, unit } = reaction;
    const about = { eventId, event, step: stepOfReaction(state, reaction) };
    if (!unit) {
      // Its mapping failed, and the saga is parked for it.
      return { ...about, ...nothing, status: 'parked', error: state.fault && reportError(state.fault) };
    }
    return { ...about, ...reportUnit(unit), status: statusOfUnit(unit) as ReactionReport['status'] };
  });
}
