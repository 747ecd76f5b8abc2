/** What a candidate version would mean for one saga. */
export interface Finding {
  /**
   * - `unaffected`: it goes, or would have gone, the same way.
   * - `another-path`: it can, and goes another way from `step` on.
   * - `impossible`: what it has done is no valid beginning of the candidate.
   * - `lacks-handler`: on its way is a command for which this build has no handler.
   * - `stops`: of one that has ended: the candidate asks for something to which no answer was recorded.
   */
  readonly outcome: Outcome;
  /** The first step that differs; null: none, or it is the saga as a whole. */
  readonly step: string | null;
  /** In words; null: nothing differs. */
  readonly difference: string | null;
}

export const outcomes = ['unaffected', 'another-path', 'impossible', 'lacks-handler', 'stops'] as const;

export type Outcome = (typeof outcomes)[number];

export const unaffected: Finding = { outcome: 'unaffected', step: null, difference: null };

/** Whether a command has a handler in this build. */
export type HasHandler = (command: string) => boolean;

export function withoutHandler(step: string, command: string): Finding {
  return { outcome: 'lacks-handler', step, difference: `"${step}" needs a handler for ${command}` };
}
