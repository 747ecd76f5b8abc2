import type { Counts, Finding } from './guard.js';
import { shareOf, type Rollout } from './rollout.js';

/** A rollout as it is once its guard has found its candidate to break a limit. Rules stay: somebody has named whom they are for. */
export function takenBack(
  rollout: Rollout,
  { metric, evidence, counts }: Finding & { readonly counts: Counts },
  at: string,
): Rollout {
  const { guard, shares } = rollout;
  if (!guard) throw new Error('Nobody watches this rollout.');
  const { candidate, control } = guard;
  const share = shareOf(rollout, candidate);
  return {
    ...rollout,
    shares: { ...shares, [candidate]: 0, [control]: shareOf(rollout, control) + share },
    guard: null,
    breach: { at, metric, evidence, counts, guard, share },
  };
}
