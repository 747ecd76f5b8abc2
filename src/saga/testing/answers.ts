/** What a scripted handler, or the other side when it is asked what became of a call, answers. */
export type Answer =
  | { readonly does: 'succeed'; readonly result: unknown; readonly event: string | null }
  | { readonly does: 'reject'; readonly code: string; readonly message: string }
  | {
      readonly does: 'fail';
      readonly code: string | null;
      readonly message: string;
      /** The attempt may have reached the other side. */
      readonly sent: boolean;
      readonly retryAfterMs: number | null;
    }
  | { readonly does: 'lose-answer' | 'accept-for-later' | 'kill-worker' | 'cannot-say' }
  | { readonly does: 'hang' }
  | { readonly does: 'find-no-trace'; readonly mayRepeat: boolean };

/** @param event wire name of the outcome event; default the first one declared */
export const succeeds = (result: unknown = {}, event: string | null = null): Answer => ({
  does: 'succeed',
  result,
  event,
});

/** The business says no. */
export const rejects = (code: string, message = `${code}.`): Answer => ({ does: 'reject', code, message });

/** An outage that surely had no effect: tried again. */
export const isUnavailable = (code = 'UNAVAILABLE', retryAfterMs: number | null = null): Answer => ({
  does: 'fail',
  code,
  message: 'Try again later.',
  sent: false,
  retryAfterMs,
});

/** An error that nobody planned for. @param sent a call may have gone out before it */
export const breaks = (message = 'Cannot read properties of undefined', sent = false): Answer => ({
  does: 'fail',
  code: null,
  message,
  sent,
  retryAfterMs: null,
});

/** The call went out and no answer came back. */
export const losesItsAnswer = (): Answer => ({ does: 'lose-answer' });

/** The other side has it and has yet to decide; a notice, or asking, leads on. */
export const acceptsForLater = (): Answer => ({ does: 'accept-for-later' });

/** The process dies in the middle of it; whoever takes over goes on at once. */
export const killsTheWorker = (): Answer => ({ does: 'kill-worker' });

/** Stays under way until `answer(…)` is given. */
export const hangs = (): Answer => ({ does: 'hang' });

/** When asked: never heard of it. */
export const findsNoTrace = (): Answer => ({ does: 'find-no-trace', mayRepeat: true });

/** When asked: never heard of it, but its idempotency key may be forgotten by now. */
export const mayHaveForgotten = (): Answer => ({ does: 'find-no-trace', mayRepeat: false });

/** When asked: no answer to that either. */
export const cannotSay = (): Answer => ({ does: 'cannot-say' });
