import type { Guard, GuardedMetric, Observed } from './rollout.js';
import { evidenceAgainst } from './sequential-test.js';

/** What was seen of the two versions that a guard compares. */
export interface Counts {
  readonly candidate: Observed;
  readonly control: Observed;
}

export interface Finding {
  readonly metric: GuardedMetric;
  readonly evidence: number;
}

export const nothingObserved: Observed = { started: 0, failure: 0, compensation: 0, slow: 0 };

/** So large that it says no more; a larger one would be no number in JSON. */
const mostEvidence = 1e15;

/** How strongly the counts speak against each limit; see `evidenceAgainst`. Pure. */
export function evidenceOf({ maxExcess }: Guard, { candidate, control }: Counts): Finding[] {
  return Object.entries(maxExcess).map(([name, margin]) => {
    const metric = name as GuardedMetric;
    const evidence = evidenceAgainst(
      { of: candidate.started, bad: candidate[metric] },
      { of: control.started, bad: control[metric] },
      margin,
    );
    return { metric, evidence: Math.min(evidence, mostEvidence) };
  });
}

/** What the evidence for one limit has to reach: the chance of a false alarm is shared among the limits (Bonferroni). */
export function threshold({ maxExcess, alpha }: Guard): number {
  return Object.keys(maxExcess).length / alpha;
}

/** The limit that the candidate breaks, the plainest one if there are several; null: none, or it is too early to say. */
export function judge(guard: Guard, counts: Counts): Finding | null {
  if (Math.min(counts.candidate.started, counts.control.started) < guard.minimumSample) return null;
  const [worst] = evidenceOf(guard, counts).sort((a, b) => b.evidence - a.evidence);
  return worst && worst.evidence >= threshold(guard) ? worst : null;
}
