import { Injectable, Logger } from '@nestjs/common';
import { Signals } from '../../../platform/messaging/signals.js';
import { DependencyStore, type StoredDependency } from '../../store/dependency-store.js';
import { DatabaseClock } from '../database-clock.js';
import type { StoredError } from '../state.js';
import { BreakerSettings } from './breaker-policy.js';

/** Whether a call may be made now. */
export type Admission =
  { readonly as: 'usual' | 'probe' } | { readonly as: 'held'; readonly error: StoredError };

const usual: Admission = { as: 'usual' };

const closed = {
  state: 'closed',
  failures: 0,
  error: null,
  probeAt: null,
  prober: null,
  holding: false,
} as const satisfies Partial<StoredDependency>;

/**
 * The breakers, as all workers share them.
 *
 * | from      | to        | when                                                        | who                |
 * | --------- | --------- | ----------------------------------------------------------- | ------------------ |
 * | closed    | open      | so many failures in a row, from so many sagas               | who counts the last |
 * | open      | half-open | it is time to probe                                         | the first who calls |
 * | half-open | closed    | the probe is answered, be it with a no                      | the prober         |
 * | half-open | open      | the probe fails, or tells nothing                           | the prober         |
 * | half-open | half-open | nothing was heard of the prober for longer than it may take | the next who calls |
 * | any       | held      | an operator holds it                                        | `DependencyAdmin`  |
 * | any       | closed    | an operator releases it                                     | `DependencyAdmin`  |
 *
 * Every move is a guarded statement. What is kept in memory only saves reading: while one is out of order the watch reads
 * them every `lookEveryMs`, and while all is well it is told so every few seconds. A signal tells of a move at once; should
 * it be lost, a call that slips through meanwhile is a call like before. While all is well nothing is written.
 */
@Injectable()
export class Dependencies {
  private readonly log = new Logger(Dependencies.name);
  /** Dependencies that have answered here since the last failure here: in a burst a write would come too late. */
  private readonly answeredLast = new Set<string>();
  private known = new Map<string, StoredDependency>();
  private readAt = -Infinity;
  /** From then on what is known is too old for a call. */
  private validUntil = -Infinity;
  private forgottenAt = -Infinity;
  private reading: Promise<void> | null = null;

  constructor(
    private readonly store: DependencyStore,
    private readonly clock: DatabaseClock,
    private readonly signals: Signals,
    private readonly settings: BreakerSettings,
  ) {}

  /** Says whether a call of this saga may be made. @param timeoutMs how long the call may take */
  async admit(name: string, sagaId: string, timeoutMs: number): Promise<Admission> {
    const { lookEveryMs } = this.settings.policy;
    const now = performance.now();
    if (now > this.validUntil) await this.tryLook();
    // One that is rung to probe must not be held again because this worker has not heard that it is time.
    else if (isOutOfOrder(this.known.get(name)) && now - this.readAt > lookEveryMs / 10) await this.tryLook();
    const known = this.known.get(name);
    if (!isOutOfOrder(known)) return usual;
    const held: Admission = { as: 'held', error: known.error };
    if (known.probeAt === null) return held;
    // Taken over, perhaps, from a worker that was lost while it probed.
    if (known.prober === sagaId) return { as: 'probe' };
    // Near the time the database judges, by its own clock: whoever is rung to probe must not come too early for ours.
    if (known.probeAt.getTime() > this.clock.now() + lookEveryMs) return held;
    const won = await this.store.takeProbe(name, sagaId, timeoutMs + this.settings.policy.probeGraceMs);
    this.forget();
    return won ? { as: 'probe' } : held;
  }

  /** The call was answered. */
  async answered(name: string, sagaId: string, admission: Admission): Promise<void> {
    if (admission.as === 'probe') {
      if (!(await this.store.close(name, sagaId, this.settings.policy.releaseRate))) return;
      this.log.log({ dependency: name }, 'A dependency is back; what it held is let go.');
      return this.moved();
    }
    this.answeredLast.add(name);
    const known = this.known.get(name);
    if (!known || known.state !== 'closed' || known.failures === 0) return;
    // Before it is written, so that of many calls that succeed together one says so.
    this.known.set(name, { ...known, failures: 0 });
    await this.store.forgetFailures(name);
  }

  /** The call failed as in an outage. @returns the error under which it is held; null while the breaker stays closed */
  async failed(
    name: string,
    sagaId: string,
    error: StoredError,
    admission: Admission,
  ): Promise<StoredError | null> {
    if (admission.as === 'probe') {
      await this.store.reopen(name, sagaId, this.settings.policy.longestOpenMs);
      this.moved();
      return error;
    }
    // In the order in which calls end, whatever the database takes its time over.
    const first = this.answeredLast.delete(name);
    if (!this.known.has(name)) await this.store.ensure([name]);
    const state = await this.store.countFailure(
      name,
      sagaId,
      { ...error, stack: null },
      first,
      this.settings.policy,
    );
    if (state === 'open') {
      this.log.error(
        { dependency: name, code: error.code },
        'A dependency is out of order; its calls are held.',
      );
      this.moved();
      return error;
    }
    const known = this.known.get(name);
    if (state === 'closed') {
      // Known at once, so that the next success here breaks the row.
      if (known) this.known.set(name, { ...known, failures: known.failures + 1 });
      else this.forget();
      return null;
    }
    await this.look();
    return this.known.get(name)?.error ?? null;
  }

  /** The probe told nothing about whom it called. */
  async toldNothing(name: string, sagaId: string, admission: Admission): Promise<void> {
    if (admission.as !== 'probe') return;
    await this.store.giveUpProbe(name, sagaId);
    this.forget();
  }

  /** Reads all breakers. Calls while it reads share one reading. */
  async look(): Promise<readonly StoredDependency[]> {
    this.reading ??= this.read().finally(() => {
      this.reading = null;
    });
    await this.reading;
    return [...this.known.values()];
  }

  /** All was well when somebody asked, at this time of `performance`. @param forMs how long that may be relied on */
  calm(askedAt: number, forMs: number): void {
    if (askedAt < this.forgottenAt || askedAt < this.readAt) return;
    for (const [name, { now }] of this.known) this.known.set(name, { ...closed, name, now });
    this.learned(askedAt, forMs);
  }

  /** What is known is out of date: it is read before the next call. */
  forget(): void {
    this.forgottenAt = performance.now();
    this.validUntil = -Infinity;
  }

  private async read(): Promise<void> {
    const asked = performance.now();
    const rows = await this.store.read();
    if (rows[0]) this.clock.observe(rows[0].now, asked);
    this.known = new Map(rows.map((row) => [row.name, row]));
    this.learned(asked, 2 * this.settings.policy.lookEveryMs);
  }

  /** A move of which was heard since then may not be in it. */
  private learned(askedAt: number, forMs: number): void {
    this.readAt = askedAt;
    if (askedAt >= this.forgottenAt) this.validUntil = askedAt + forMs;
  }

  /** Without the database nothing can be recorded either; until then what was known last has to do. */
  private async tryLook(): Promise<void> {
    try {
      await this.look();
    } catch (error) {
      this.log.warn({ err: error }, 'The breakers could not be read.');
    }
  }

  private moved(): void {
    this.forget();
    this.signals.raise('saga_dependency');
  }
}

function isOutOfOrder(
  known: StoredDependency | undefined,
): known is StoredDependency & { error: StoredError } {
  return known !== undefined && known.state !== 'closed' && known.error !== null;
}
