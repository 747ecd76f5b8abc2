import { Injectable } from '@nestjs/common';
import { failpoint } from '../../platform/failpoints/failpoint.js';
import {
  OutcomePendingError,
  OutcomeUnknownError,
  RetryableError,
} from '../../platform/messaging/external-errors.js';
import type { Attempt } from '../../platform/messaging/command-handlers.js';
import { Rejection } from '../../platform/messaging/rejection.js';
import { AttemptEnded, tookTooLong } from './attempt-ended.js';
import type { AttemptLimits } from './attempt-limits.js';
import { DatabaseClock } from './database-clock.js';
import { Heartbeats } from './heartbeats.js';
import { storeError } from './errors.js';
import { IntentMapping } from './intent-mapping.js';
import type { OwnedSaga, Work } from './owned-saga.js';
import { unitOf, type UnitRef, type UnitState } from './state.js';
import { StepExecutor } from './step-executor.js';
import type { Stimulus } from './stimulus.js';

/**
 * One attempt of a unit outside any transaction. Whatever happens it ends in work for a wave: the answer, or what
 * is known of its absence. A unit that was ever sent, or that was left alone for long, is asked for before it is sent
 * again.
 */
@Injectable()
export class Call {
  constructor(
    private readonly executor: StepExecutor,
    private readonly mapping: IntentMapping,
    private readonly heartbeats: Heartbeats,
    private readonly clock: DatabaseClock,
  ) {}

  /** Never throws. @param ending aborted when the lease is lost or the process drains */
  async attempt(
    saga: OwnedSaga,
    ref: UnitRef,
    ask: boolean,
    limits: AttemptLimits,
    ending: AbortSignal,
  ): Promise<Work> {
    const unit = unitOf(saga.state, ref)!;
    const guard = new AbortController();
    const stopwatch = this.watch(saga, ref, unit, ask, limits, guard);
    const { signal } = guard;
    // By hand: `AbortSignal.any` keeps its sources in books that cost more than the rest of the attempt.
    const end = () => guard.abort(ending.reason);
    if (ending.aborted) end();
    else ending.addEventListener('abort', end);
    // Whether the request itself may have gone out; asking harms nobody.
    const trace = { sent: false };
    try {
      const work = this.run(saga, ref, unit, ask, limits, { ...stopwatch.attempt, signal }, trace);
      return await Promise.race([work, aborted(signal)]);
    } catch (error) {
      return { kind: 'stimulate', saga, stimulus: failureOf(ref, error, trace.sent, ask || unit.sent) };
    } finally {
      stopwatch.stop();
      ending.removeEventListener('abort', end);
      // Whatever the handler has left under way is wanted by nobody.
      guard.abort(attemptIsOver);
    }
  }

  private async run(
    saga: OwnedSaga,
    ref: UnitRef,
    unit: UnitState,
    ask: boolean,
    limits: AttemptLimits,
    start: Attempt,
    trace: { sent: boolean },
  ): Promise<Work> {
    const intent = this.mapping.intentOf(saga.definition, saga.state, ref);
    const command = saga.prepared.get(intent.reference) ?? this.mapping.commandFor(intent);
    const handler = this.executor.external(command);
    // What was tried before, here or elsewhere, may have come some way.
    const lastProgress = unit.attempts > 0 ? await this.heartbeats.last(saga.id, ref) : null;
    const attempt = { ...start, lastProgress };
    // The request must reach the other side while it still honours the key of the first one.
    const protectedUntil = Date.parse(unit.protectedFrom) + limits.keyProtectionMs - limits.attemptTimeoutMs;
    const mayRepeat = this.clock.now() < protectedUntil;
    if (ask || unit.sent || wasLeftAlone(unit, mayRepeat)) {
      await failpoint('resolve.before');
      const answer = await handler.resolve(command, attempt);
      await failpoint('resolve.after');
      if (answer !== null) return { kind: 'record', saga, unit: ref, answer };
      if (ask || (unit.sent && !mayRepeat))
        return { kind: 'stimulate', saga, stimulus: { kind: 'absent', unit: ref, mayRepeat } };
    }
    // Given up while it was asked: whoever goes on is not to be met by a call that nobody waits for.
    if (attempt.signal.aborted) return aborted(attempt.signal);
    trace.sent = true;
    await failpoint('call.before');
    const answer = await handler.call(command, attempt);
    await failpoint('call.after');
    return { kind: 'record', saga, unit: ref, answer };
  }

  /** Ends the attempt at its timeout, or when it has shown no sign of life for too long. */
  private watch(
    saga: OwnedSaga,
    ref: UnitRef,
    unit: UnitState,
    ask: boolean,
    limits: AttemptLimits,
    guard: AbortController,
  ) {
    const { attemptTimeoutMs } = limits;
    const timeout = setTimeout(() => guard.abort(tookTooLong(attemptTimeoutMs)), attemptTimeoutMs);
    // Asking shows no progress, so it is only held to its timeout.
    const silence = ask ? null : limits.heartbeatTimeoutMs;
    const startSilence = () =>
      silence === null
        ? undefined
        : setTimeout(
            () =>
              guard.abort(
                new AttemptEnded('SAGA.HEARTBEAT_MISSED', `No sign of life for ${silence / 1_000} s.`),
              ),
            silence,
          );
    let watching = startSilence();
    const number = unit.attempts + 1;
    let isOver = false;
    return {
      attempt: {
        number,
        lastProgress: null,
        heartbeat: (progress?: unknown) => {
          // Given up, it goes on all the same: what it reports now would be taken for its successor's.
          if (isOver) return;
          clearTimeout(watching);
          watching = startSilence();
          if (progress !== undefined) this.heartbeats.report(saga.id, ref, number, progress);
        },
      },
      stop: () => {
        isOver = true;
        clearTimeout(timeout);
        clearTimeout(watching);
      },
    };
  }
}

/** Made once: an error of its own for each attempt would cost more than the rest of it. */
const attemptIsOver = new Error('The attempt is over.');

/**
 * Tried before, and then left alone for so long that the other side may have forgotten its key, or until a person said
 * to go on (which counts its failures anew). Whoever said that nothing had happened is asked whether that was true.
 */
function wasLeftAlone({ attempts, failures, retriedAt }: UnitState, isProtected: boolean): boolean {
  return attempts > 0 && (!isProtected || (failures === 0 && retriedAt !== null));
}

/** @param sent the request may have gone out @param asked an earlier one may be out, and this attempt asked for it */
function failureOf(unit: UnitRef, error: unknown, sent: boolean, asked: boolean): Stimulus {
  if (error instanceof Rejection) return { kind: 'rejection', unit, error: storeError(error) };
  // An answer, whether it was called or asked: only the outcome is still to come.
  if (error instanceof OutcomePendingError) return { kind: 'accepted', unit, error: storeError(error) };
  if (!sent) {
    // Asking failed: all that is known is that nothing is known yet.
    if (asked) return { kind: 'resolve-failed', unit, error: storeError(error) };
    return { kind: 'attempt-failed', unit, error: storeError(error), retryAfterMs: null, sent: false };
  }
  if (error instanceof RetryableError) {
    const { retryAfterMs } = error;
    return { kind: 'attempt-failed', unit, error: storeError(error), retryAfterMs, sent: false };
  }
  if (error instanceof OutcomeUnknownError || error instanceof AttemptEnded) {
    return { kind: 'unknown', unit, error: storeError(error) };
  }
  // An error nobody planned for, after the request may have gone out: tried again, but asked for first.
  return { kind: 'attempt-failed', unit, error: storeError(error), retryAfterMs: null, sent: true };
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const fail = () =>
      reject(signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason)));
    if (signal.aborted) fail();
    else signal.addEventListener('abort', fail, { once: true });
  });
}

/** The reason to abort all calls with: their outcomes are asked for by whoever goes on. */
export function drainingReason(): Error {
  return new AttemptEnded('SAGA.DRAINING', 'The worker is stopping.');
}
