import type { Rollout } from './rollout.js';

/** How a rollout stands: for the audit's before and after. */
export type RolloutGlance = Omit<Rollout, 'changedAt' | 'changedBy'>;

export function glanceAtRollout({ changedAt: _, changedBy: __, ...glance }: Rollout): RolloutGlance {
  return glance;
}
