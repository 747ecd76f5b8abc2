import { Injectable } from '@nestjs/common';
import { pendingUnits } from './next.js';
import type { OwnedSaga } from './owned-saga.js';
import { unitOf } from './state.js';

/**
 * Suspects that are tried at a time, while none of them has been tried when a worker was lost; with each time that they
 * have, half as many. So one that is to blame is alone after six, and what it had beside it stays far from the budget
 * of lost workers, while the many that only happened to be there when a machine went get through quickly.
 */
const triedTogether = 64;

/**
 * Lets suspects through to be tried, a few at a time. What is tried when the worker is lost is held against it, so
 * as little as possible is: of all that a lost worker leaves behind, one perhaps is to blame, and it must not drag the
 * others with it. Those that were tried least often when a worker was lost come first, and only with their like.
 */
@Injectable()
export class Quarantine {
  private readonly waiting = new Set<OwnedSaga>();
  private readonly tried = new Set<OwnedSaga>();
  private crashesOfTried = 0;
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
    if (this.tried.size >= triedTogether) return;
    const waiting = [...this.waiting].sort((a, b) => crashes(a) - crashes(b));
    for (const saga of waiting) {
      // Letting one through may have let others through, or have brought this one back.
      if (!this.waiting.has(saga)) continue;
      if (this.tried.size === 0) this.crashesOfTried = crashes(saga);
      if (crashes(saga) !== this.crashesOfTried || this.tried.size >= together(this.crashesOfTried)) return;
      this.let(saga);
    }
  }

  private let(saga: OwnedSaga): void {
    this.waiting.delete(saga);
    this.tried.add(saga);
    this.admit(saga);
  }
}

/** @param crashes workers that were lost while they were tried */
function together(crashes: number): number {
  return Math.max(1, Math.floor(triedTogether / 2 ** crashes));
}

function crashes({ state }: OwnedSaga): number {
  return Math.max(0, ...pendingUnits(state).map((ref) => unitOf(state, ref)?.crashes ?? 0));
}
