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
 * Suspects that a worker takes upon itself at a time. To take one over is a commit of its own, and lost with the worker:
 * one that first took thousands and then began to try them would get nowhere where workers go every few seconds.
 */
const takenTogether = 256;

/**
 * Lets suspects through to be tried, a few at a time. What is tried when the worker is lost is held against it, so
 * as little as possible is: of all that a lost worker leaves behind, one perhaps is to blame, and it must not drag the
 * others with it. Those that were tried least often when a worker was lost come first, and only with their like.
 */
@Injectable()
export class Quarantine {
  private readonly waiting = new Set<OwnedSaga>();
  private readonly tried = new Set<OwnedSaga>();
  /** Those in hand of which it is not known yet that they are harmless. */
  private readonly suspects = new Set<OwnedSaga>();
  private crashesOfTried = 0;
  private admit: (saga: OwnedSaga) => void = () => undefined;

  /** Calls `listener` for each saga whose turn it is. */
  onAdmitted(listener: (saga: OwnedSaga) => void): void {
    this.admit = listener;
  }

  /** How many more may be taken over. */
  get room(): number {
    return Math.max(0, takenTogether - this.suspects.size);
  }

  /** Taken over from a lost worker: to be told of it first, then tried. */
  expect(saga: OwnedSaga): void {
    this.suspects.add(saga);
  }

  enter(saga: OwnedSaga): void {
    this.suspects.add(saga);
    if (!this.tried.has(saga)) this.waiting.add(saga);
    this.next();
  }

  /** A commit of the saga is known: when nothing of it is being tried, or suspected, any more, it makes room. */
  look(saga: OwnedSaga): void {
    const pending = pendingUnits(saga.state).map((ref) => unitOf(saga.state, ref));
    if (!pending.some((unit) => unit?.suspect)) this.suspects.delete(saga);
    if (this.tried.has(saga) && !pending.some((unit) => unit?.begun)) this.letGo(saga);
  }

  /** The saga is not this worker's any more. */
  leave(saga: OwnedSaga): void {
    this.suspects.delete(saga);
    this.letGo(saga);
  }

  clear(): void {
    this.suspects.clear();
    this.waiting.clear();
    this.tried.clear();
  }

  private letGo(saga: OwnedSaga): void {
    this.waiting.delete(saga);
    if (this.tried.delete(saga)) this.next();
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
