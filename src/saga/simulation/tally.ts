import { outcomes, type Finding, type Outcome } from './finding.js';

/** Ids that a group names. */
const mostExamples = 5;

/** Sagas of one version for which the candidate means the same. */
export interface FindingGroup extends Finding {
  /** The version that they have, or had. */
  readonly version: number;
  readonly count: number;
  /** Some of their ids, the first ones that were looked at. */
  readonly examples: readonly string[];
}

export interface Tally {
  readonly looked: number;
  readonly counts: Readonly<Record<Outcome, number>>;
  /** Without those that are unaffected; the largest first. */
  readonly groups: readonly FindingGroup[];
}

/** Counts findings, and keeps of each difference no more than some examples: as many as there are differences, not sagas. */
export class Counter {
  private readonly counts = new Map<Outcome, number>();
  private readonly groups = new Map<string, FindingGroup & { examples: string[] }>();

  /** @param count sagas of whom it is true @param id null: no single one is known */
  add(version: number, finding: Finding, id: string | null, count = 1): void {
    const { outcome, step, difference } = finding;
    this.counts.set(outcome, (this.counts.get(outcome) ?? 0) + count);
    if (outcome === 'unaffected') return;
    const key = JSON.stringify([version, outcome, step, difference]);
    const known = this.groups.get(key) ?? { version, ...finding, count: 0, examples: [] };
    if (id !== null && known.examples.length < mostExamples) known.examples.push(id);
    this.groups.set(key, { ...known, count: known.count + count });
  }

  tally(): Tally {
    const counts = Object.fromEntries(outcomes.map((outcome) => [outcome, this.counts.get(outcome) ?? 0]));
    return {
      looked: [...this.counts.values()].reduce((sum, count) => sum + count, 0),
      counts: counts as Record<Outcome, number>,
      groups: [...this.groups.values()].sort((a, b) => b.count - a.count),
    };
  }
}
