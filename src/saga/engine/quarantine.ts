import { Injectable } from '@nestjs/common';
import { pendingUnits } from './next.js';
import type { OwnedSaga } from './owned-saga.js';
import { unitOf } from './state.js';

/** Suspects that are tried at a time, while none of them has been tried when a worker was lost. */
const triedTogether = 16;

/**
 * Lets suspects through to be tried, a few at a time. What is tried when the worker is lost is held against it, so
 * as little as possible is: of all that a lost worker leaves behind, one perhaps is to blame, and it must not drag the
 * others with it. One that was tried before when a worker was lost comes last, and is tried with nothing beside it.
 */
@Injectable()
export class Quarantine {
  private readonly waiting = new Set<OwnedSaga>();
  private readonly tried = new Set<OwnedSaga>();
  private admit: (saga: OwnedSaga) => void = () => undefined;

  /** Calls `listener` for each saga whose turn it is. */
  onAdmitted(listener: (saga: OwnedSaga) => void): void {
    this.admit = listener;
  }

  enter(saga: OwnedSaga): void {
    if (!this.tried.has(saga)) this.waiting.add(saga);
    this.next();
  }

  /** A commit of the saga is known: when nothing of it is being tried any more, it makes room. */
  look(saga: OwnedSaga): void {
    if (this.tried.has(saga) && !pendingUnits(saga.state).some((ref) => unitOf(saga.state, ref)?.begun)) {
      this.leave(saga);
    }
  }

  /** The saga is not this worker's any more. */
  leave(saga: OwnedSaga): void {
    this.waiting.delete(saga);
    if (this.tried.delete(saga)) this.next();
  }

  clear(): void {
    this.waiting.clear();
    this.tried.clear();
  }

  private next(): void {
    for (const saga of this.waiting) {
      if (this.tried.size >= triedTogether) return;
      if (crashes(saga) === 0) this.let(saga);
    }
    if (this.tried.size > 0) return;
    const [least] = [...this.waiting].sort((a, b) => crashes(a) - crashes(b));
    if (least) this.let(least);
  }

  private let(saga: OwnedSaga): void {
    this.waiting.delete(saga);
    this.tried.add(saga);
    this.admit(saga);
  }
}

function crashes({ state }: OwnedSaga): number {
  return Math.max(0, ...pendingUnits(state).map((ref) => unitOf(state, ref)?.crashes ?? 0));
}
