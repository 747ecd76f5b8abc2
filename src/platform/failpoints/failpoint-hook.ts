import type { Failpoint } from './failpoints.js';

/** What happens at a failpoint: nothing, a wait, or an error thrown there. `where` tells alike ones apart. */
export type FailpointHook = (point: Failpoint, where: string | null) => void | Promise<void>;

/**
 * Null in every ordinary process, and no setting, variable or request can change that: only `src/saga/testing`
 * imports this file, which `.dependency-cruiser.cjs` enforces.
 */
export const armed: { hook: FailpointHook | null } = { hook: null };
