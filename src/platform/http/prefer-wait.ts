/** The longest wait, in seconds. */
export const LONGEST_WAIT = 30;

/**
 * Reads `wait` from a `Prefer` header (RFC 7240).
 * @returns seconds, 1–30; a longer wish is cut to 30; null when there is no such preference, it is 0, or it
 * cannot be read: a preference that is not understood is to be ignored, never an error.
 */
export function parseWait(prefer: string | undefined): number | null {
  if (prefer === undefined) return null;
  for (const preference of prefer.split(',')) {
    const wish = /^\s*wait\s*=\s*"?(\d{1,9})"?\s*(;.*)?$/i.exec(preference)?.[1];
    // The first one counts when a preference is repeated (RFC 7240, section 2).
    if (wish !== undefined) return Math.min(Number(wish), LONGEST_WAIT) || null;
  }
  return null;
}

/**
 * Waits for something to be done. The module that owns it provides this class:
 * `{ provide: CompletionWaiter, useClass: … }`.
 */
export abstract class CompletionWaiter {
  /**
   * Waits until `id` has come to an end, at most `ms` milliseconds, outside any transaction.
   * @param signal aborted when the client has hung up or the process stops: return at once with what is there
   * @returns the answer's body as it is now
   */
  abstract wait(id: string, ms: number, signal: AbortSignal): Promise<unknown>;
}
