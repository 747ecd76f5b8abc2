/** What a rollout may look at when it decides on a saga's version. The saga itself keeps nothing of it. */
export interface Subject {
  /** Whom the saga is for; null: nobody in particular, and it is assigned by its business key. */
  readonly customer: string | null;
  /** Of the request that the saga begins with, by name in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Features that somebody has switched on for it. */
  readonly flags: readonly string[];
}

export const nobody: Subject = { customer: null, headers: {}, flags: [] };

/**
 * How a saga came by its version: by a share, by a rule, because nobody has said anything (`default`), or as next best,
 * because the build lacks the version that it was to get (`fallback`).
 */
export type AssignedBy = 'share' | 'rule' | 'default' | 'fallback';

/** The decision as the saga's journal keeps it. */
export interface Assigned {
  readonly by: AssignedBy;
  /** Of the rollout that decided; 0: there was none. */
  readonly revision: number;
}
