/** What becomes of a version: `closed` gets no new sagas; `deprecated` still does, and whoever gives it some is warned. */
export type VersionState = 'active' | 'deprecated' | 'closed';

/** What a rule looks at. Values are compared exactly. */
export type RuleCondition =
  | { readonly customer: readonly string[] }
  | { readonly header: { readonly name: string; readonly values: readonly string[] } }
  | { readonly flag: string };

export interface RolloutRule {
  readonly when: RuleCondition;
  readonly version: number;
}

export type GuardedMetric = 'failure' | 'compensation' | 'slow';

/** Watches a candidate while it gets a share beside a control. */
export interface Guard {
  readonly candidate: number;
  readonly control: number;
  /** Sagas that each of the two must have been given before anything is concluded. */
  readonly minimumSample: number;
  /** By how much the candidate's rate may exceed the control's, 0..1. What is missing is not watched. */
  readonly maxExcess: Readonly<Partial<Record<GuardedMetric, number>>>;
  /** A saga that takes longer is slow, milliseconds. Null: `slow` is not watched. */
  readonly slowAfterMs: number | null;
  /** How likely a candidate that keeps within the limits may be taken back all the same, over the guard's whole life. */
  readonly alpha: number;
  /** Sagas that began since are observed, ISO 8601. */
  readonly since: string;
}

/** What was seen of one version. */
export interface Observed {
  readonly started: number;
  readonly failure: number;
  readonly compensation: number;
  readonly slow: number;
}

/** Why a guard took its candidate's share back. */
export interface Breach {
  readonly at: string;
  readonly metric: GuardedMetric;
  /** How many times less likely what was seen is, at the least, under every pair of rates that keeps the limit. */
  readonly evidence: number;
  readonly counts: { readonly candidate: Observed; readonly control: Observed };
  /** The guard that stood, and the share that it took back. */
  readonly guard: Guard;
  readonly share: number;
}

/** Who gets which version of a definition. */
export interface Rollout {
  readonly definition: string;
  /** 0: nobody has changed it; the build's default version gets all. */
  readonly revision: number;
  /** Whole percents by version, 100 in all. */
  readonly shares: Readonly<Record<string, number>>;
  readonly rules: readonly RolloutRule[];
  /** What a share sticks to: the saga's business key, or whom it is for. */
  readonly stickyBy: 'order' | 'customer';
  /** By version; one that is missing is active. */
  readonly states: Readonly<Record<string, VersionState>>;
  readonly guard: Guard | null;
  readonly breach: Breach | null;
  /** ISO 8601; null at revision 0. */
  readonly changedAt: string | null;
  readonly changedBy: string | null;
}

/** As it is while nobody has said anything. */
export function untouchedRollout(definition: string, defaultVersion: number | null): Rollout {
  return {
    definition,
    revision: 0,
    shares: defaultVersion === null ? {} : { [defaultVersion]: 100 },
    rules: [],
    stickyBy: 'order',
    states: {},
    guard: null,
    breach: null,
    changedAt: null,
    changedBy: null,
  };
}

export function stateOf({ states }: Rollout, version: number): VersionState {
  return states[version] ?? 'active';
}

export function shareOf({ shares }: Rollout, version: number): number {
  return shares[version] ?? 0;
}

/** The versions that new sagas may get, by a share or a rule. */
export function versionsGivenBy({ shares, rules }: Rollout): number[] {
  const shared = Object.entries(shares).flatMap(([version, share]) => (share > 0 ? [Number(version)] : []));
  return [...new Set([...shared, ...rules.map(({ version }) => version)])].sort((a, b) => a - b);
}
