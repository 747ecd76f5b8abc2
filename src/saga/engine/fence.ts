import type { OwnedRow } from '../store/saga-store.js';
import { AttemptEnded } from './attempt-ended.js';
import type { Work } from './owned-saga.js';
import { UnitFailure } from './unit-failure.js';

/** How far the lock's clock may be from the one that a wave went ahead with. */
const clockToleranceMs = 1_000;
/** A lock that took so long is to blame for a handler's timeout: its statements had to wait behind it. */
const longLockMs = 100;

/** The rows of a wave's sagas, locked, by id; one that is not this worker's any more is missing. */
export type Fence = ReadonlyMap<string, OwnedRow>;

/** What a wave went ahead with was not so. */
export class NotAsKnown extends Error {}

/** Whether a wave may go ahead with it: an outcome of its last commit, or a call's answer. Stimuli are about the clock. */
export function isKnown({ kind, saga }: Work): boolean {
  return kind !== 'stimulate' && saga.revision >= 0;
}

/** @param now the time that was gone by */
export function isAsKnown(works: readonly Work[], fence: Fence, now: number): boolean {
  return works.every(({ saga }) => {
    const row = fence.get(saga.id);
    if (row?.revision !== saga.revision || row.length !== saga.state.length) return false;
    const passed = row.now.getTime() - now;
    return passed >= 0 && passed < clockToleranceMs;
  });
}

/** A request may have had one of the rows while the first was locked already. */
export function latestOf(fence: Fence): Date {
  return new Date(Math.max(...[...fence.values()].map((row) => row.now.getTime())));
}

/** The lock of a wave that goes ahead of its answer. */
export class UnansweredLock {
  /** @throws NotAsKnown; what the lock fails with */
  readonly answer: Promise<Fence>;
  private readonly sentAt = performance.now();
  private tookMs = Infinity;
  private refusal: { readonly error: unknown } | null = null;

  /** @param now what the wave goes by */
  constructor(works: readonly Work[], now: string, locking: Promise<Fence>) {
    this.answer = locking.then((fence) => {
      this.tookMs = performance.now() - this.sentAt;
      if (!isAsKnown(works, fence, Date.parse(now))) throw new NotAsKnown();
      return fence;
    });
    this.answer.catch((error: unknown) => (this.refusal = { error }));
  }

  /** @throws what the answer has turned out to be, when it is no */
  goOn(): void {
    if (this.refusal) throw this.refusal.error;
  }

  /** Whether a handler ran out of time because its statements waited behind the lock for most of it. */
  isToBlameFor(error: unknown): boolean {
    const cause = error instanceof UnitFailure ? error.cause : error;
    return cause instanceof AttemptEnded && this.tookMs >= longLockMs;
  }
}
