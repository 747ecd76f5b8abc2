import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import type { StoredError } from '../engine/state.js';
import { closeDependency } from './sql/close-dependency.sql.js';
import { countDependencyFailure } from './sql/count-dependency-failure.sql.js';
import { ensureDependencies } from './sql/ensure-dependencies.sql.js';
import { forgetDependencyFailures } from './sql/forget-dependency-failures.sql.js';
import { giveUpProbe } from './sql/give-up-probe.sql.js';
import { readDependencies } from './sql/read-dependencies.sql.js';
import { reopenDependency } from './sql/reopen-dependency.sql.js';
import { ringHeldSagas } from './sql/ring-held-sagas.sql.js';
import { ringProber } from './sql/ring-prober.sql.js';
import { takeProbe } from './sql/take-probe.sql.js';

/**
 * - `closed`: calls are made, and failures in a row counted.
 * - `open`: no call is made until it is time to probe.
 * - `half-open`: one call is made, the probe.
 * - `held`: an operator says that no call is made.
 */
export type BreakerState = 'closed' | 'open' | 'half-open' | 'held';

/** A dependency as its breaker stands. One that never failed has no row, and is closed. */
export interface StoredDependency {
  readonly name: string;
  readonly state: BreakerState;
  /** In a row, since the last success. */
  readonly failures: number;
  /** Why it is not closed; null when it is. */
  readonly error: StoredError | null;
  /** Open: when somebody may probe. Half-open: when the probe is given up. Null otherwise. */
  readonly probeAt: Date | null;
  /** The saga whose call is the probe; null when there is none. */
  readonly prober: string | null;
  /** Sagas rest because of it. */
  readonly holding: boolean;
  /** The database's clock. */
  readonly now: Date;
}

/** When a breaker opens, and for how long at first. */
export interface Threshold {
  readonly failures: number;
  readonly sagas: number;
  readonly lastingMs: number;
  readonly silenceMs: number;
  readonly openForMs: number;
}

/** The breakers in PostgreSQL. Each change is one guarded statement, so that of many workers one makes it. */
@Injectable()
export class DependencyStore {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  async read(): Promise<StoredDependency[]> {
    return this.unitOfWork.query(readDependencies);
  }

  async ensure(names: readonly string[]): Promise<void> {
    await this.unitOfWork.query(ensureDependencies, [names]);
  }

  /**
   * @param first a success came before it
   * @returns the state that the failure leads to; null when the breaker is not closed
   */
  async countFailure(
    name: string,
    sagaId: string,
    error: StoredError,
    first: boolean,
    threshold: Threshold,
  ): Promise<BreakerState | null> {
    const { failures, sagas, lastingMs, silenceMs, openForMs } = threshold;
    const [row] = await this.unitOfWork.query<{ state: BreakerState }>(countDependencyFailure, [
      name,
      sagaId,
      JSON.stringify(error),
      failures,
      sagas,
      silenceMs / 1_000,
      openForMs / 1_000,
      first,
      lastingMs / 1_000,
    ]);
    return row?.state ?? null;
  }

  async forgetFailures(name: string): Promise<void> {
    await this.unitOfWork.query(forgetDependencyFailures, [name]);
  }

  /** @returns whether the saga's call is the probe */
  async takeProbe(name: string, sagaId: string, expiresMs: number): Promise<boolean> {
    return (await this.unitOfWork.query(takeProbe, [name, sagaId, expiresMs / 1_000])).length > 0;
  }

  /** @returns false when the probe is not the saga's any more */
  async close(name: string, sagaId: string, releaseRate: number): Promise<boolean> {
    return (await this.unitOfWork.query(closeDependency, [name, sagaId, releaseRate])).length > 0;
  }

  async reopen(name: string, sagaId: string, longestMs: number): Promise<void> {
    await this.unitOfWork.query(reopenDependency, [name, sagaId, longestMs / 1_000]);
  }

  async giveUpProbe(name: string, sagaId: string): Promise<void> {
    await this.unitOfWork.query(giveUpProbe, [name, sagaId]);
  }

  /** @returns how many were rung: one or none */
  async ringProber(name: string, everyMs: number): Promise<number> {
    return (await this.unitOfWork.query(ringProber, [name, everyMs / 1_000])).length;
  }

  /** @returns how many were rung */
  async ringHeld(name: string, atMostForMs: number): Promise<number> {
    const [row] = await this.unitOfWork.query<{ rung: number }>(ringHeldSagas, [name, atMostForMs / 1_000]);
    return row?.rung ?? 0;
  }
}
