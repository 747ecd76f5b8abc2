import type { LateSuccess } from '../late-successes/late-successes.js';

/** A rule that the books break, as an operator reads it. */
export interface Violation {
  /** Stable, `MODULE.REASON`; documented in docs/operating/auditor.md. */
  readonly code: string;
  /** What is wrong, in one sentence, with the figures. */
  readonly text: string;
  /** Null when it is not about one order. */
  readonly orderId: string | null;
  /** Null when no saga is known. */
  readonly sagaId: string | null;
  /** What an operator may do about it. */
  readonly repair: string;
  /** What turned up outside of an order that was undone, and is undone again; absent: nothing of that sort. */
  readonly late?: LateSuccess;
}

/** Findings of one rule in one report. Whoever broke it so often need not be told more; the next check goes on. */
export const mostOfOneKind = 500;
