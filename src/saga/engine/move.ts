import { judgeMove } from '../moving/judge-move.js';
import { isWithChild, unitOf } from './state.js';
import { MoveRefused, StimulusRefused, type Move } from './stimulus.js';
import type { Transition } from './transition.js';
import { kindOf, pendingUnits } from './next.js';

/**
 * Lets the saga go on under another version of its definition. Nothing else changes by it: not what was done, not what
 * is outstanding, no deadline. Whoever owns the saga knows it under its old version, and has to let go of it.
 *
 * @throws StimulusRefused `SAGA.ENDED`, `SAGA.SAME_VERSION`, `SAGA.UNDER_WAY`
 * @throws MoveRefused when what it has done is no valid beginning of that version
 */
export function move(t: Transition, { to, by, reason, owned = false }: Move): void {
  const { end, version } = t.state;
  if (end) throw new StimulusRefused('SAGA.ENDED', `The saga has ended: ${end}.`);
  if (to.version === version)
    throw new StimulusRefused('SAGA.SAME_VERSION', `The saga has version ${version}.`);
  if (owned) refuseCalls(t);
  const divergence = judgeMove(t.state, t.definition, to);
  if (divergence) throw new MoveRefused(divergence.step, divergence.reason, to.version);
  t.add({ kind: 'moved', from: version, to: to.version, by, reason });
}

/** What a call under way comes to is written by its owner, and a saga that is moved has none any more. */
function refuseCalls(t: Transition): void {
  for (const ref of pendingUnits(t.state)) {
    const unit = unitOf(t.state, ref)!;
    if (unit.parked || isWithChild(unit) || kindOf(t.definition, t.state, ref) === 'local') continue;
    throw new StimulusRefused(
      'SAGA.UNDER_WAY',
      `A call for "${ref.name}" may be under way. Pause the saga, so that nothing new is begun, and ask again then.`,
    );
  }
}
