import { Injectable, Logger } from '@nestjs/common';
import { Settings } from '../../platform/config/settings.js';
import { failpoint } from '../../platform/failpoints/failpoint.js';
import { Lookout, whenever } from '../../platform/messaging/lookout.js';
import { Signals } from '../../platform/messaging/signals.js';
import { Errand } from '../../platform/time/errand.js';
import { DefinitionRegistry } from '../definition/index.js';
import { SagaStore, type ClaimedSaga } from '../store/saga-store.js';
import { StaleJournal } from '../store/stale-journal.js';
import { DatabaseClock } from './database-clock.js';
import type { Entry } from './entries.js';
import { EventIntake } from './event-intake.js';
import { fold } from './evolve.js';
import { heldFor } from './instance-row.js';
import { Lease } from './lease.js';
import { own, upcoming } from './owned-saga.js';
import { Runner } from './runner.js';
import { SagaObservers } from './saga-observers.js';

/** Sagas that are due so close together, in milliseconds, are claimed together. */
const alarmStepMs = 20;
/** Sagas a claim, at most: a herd is taken in portions, and other workers get theirs. */
const claimSize = 200;
/** A saga whose journal this build cannot read is looked at again after so many seconds. */
const unreadableDelaySeconds = 60;

/** What is owned may have been a dead worker's, or forgotten here; a day without sagas has none. */
const owned = 'SELECT 0 FROM saga.live_instance WHERE owner IS NOT NULL ORDER BY owner LIMIT 1';
const early = whenever('EXISTS (SELECT FROM saga.early_event)');
const nextDue = `SELECT extract(epoch FROM min(wake_at) - now()) FROM saga.live_instance WHERE wake_at IS NOT NULL`;

/**
 * Finds sagas that something is to be done with: due ones, those of dead workers, and those this worker lost sight
 * of. With nothing but the database, which the lookout asks; a `NOTIFY` only makes it look sooner.
 */
@Injectable()
export class Recovery {
  private readonly log = new Logger(Recovery.name);
  private readonly looking = new Errand(
    () => this.takeAll(),
    (error) => this.log.warn({ err: error }, 'Due sagas could not be claimed; tried again.'),
  );
  /** By the time at which they ring, in units of `alarmStepMs`. */
  private readonly alarms = new Map<number, NodeJS.Timeout>();
  /** The next look is also for the sagas of dead workers, for lost ones, and for events that came before theirs. */
  private sweeps = true;

  constructor(
    private readonly store: SagaStore,
    private readonly runner: Runner,
    private readonly lease: Lease,
    private readonly definitions: DefinitionRegistry,
    private readonly clock: DatabaseClock,
    private readonly intake: EventIntake,
    private readonly lookout: Lookout,
    private readonly observers: SagaObservers,
    { role }: Settings,
    signals: Signals,
  ) {
    runner.onRest((wakeAt) => this.lookAt(Date.parse(wakeAt)));
    if (role === 'api') return;
    signals.listen('saga_due', () => this.look());
    lookout.watch({ name: 'sagas', dueIn: nextDue, due: () => this.look() });
    lookout.watch({ name: 'owned', dueIn: owned, due: () => this.sweep() });
    lookout.watch({ name: 'early', dueIn: early, due: () => this.sweep() });
  }

  start(): void {
    this.looking.start();
  }

  async stop(): Promise<void> {
    await this.looking.stop();
    this.alarms.forEach((alarm) => clearTimeout(alarm));
  }

  /** Looks for due sagas now. Calls while it looks are folded into one more look. */
  look(): void {
    this.looking.call();
  }

  private sweep(): void {
    this.sweeps = true;
    this.look();
  }

  /** A saga that was let go here is due then: sooner than the next lookout, perhaps. */
  private lookAt(time: number): void {
    if (time - this.clock.now() > this.lookout.everyMs) return;
    const step = Math.ceil(time / alarmStepMs);
    if (this.alarms.has(step)) return;
    const ring = () => {
      this.alarms.delete(step);
      this.look();
    };
    const pause = Math.max(0, step * alarmStepMs - this.clock.now()) + 1;
    this.alarms.set(step, setTimeout(ring, pause).unref());
  }

  private async takeAll(): Promise<void> {
    const worker = this.lease.workerId;
    if (!worker) return;
    if (this.sweeps) {
      this.sweeps = false;
      await this.takeOver(worker);
      await this.store.ringForgotten(worker, this.runner.known);
      await this.intake.adopt();
    }
    for (;;) {
      const limit = Math.min(claimSize, this.runner.room);
      if (limit === 0) return this.runner.onceRoom(() => this.look());
      await failpoint('claim.before');
      const claimed = await this.timed(() => this.store.claimDue(worker, limit, this.definitions.all()));
      if (claimed.length > 0) await failpoint('claim.after');
      const mine = claimed.filter((saga) => saga.wasMine && this.runner.has(saga.id));
      mine.forEach((saga) => this.runner.renew(saga.id, saga.epoch));
      const others = claimed.filter((saga) => !mine.includes(saga));
      await this.takeUp(
        others.filter((saga) => !saga.wasMine),
        null,
      );
      await this.takeUp(
        others.filter((saga) => saga.wasMine),
        { crashed: false },
      );
      if (claimed.length < limit) return;
    }
  }

  /** Sagas of dead workers, in portions, so that the lease is renewed in between. */
  private async takeOver(worker: string): Promise<void> {
    for (;;) {
      const limit = Math.min(claimSize, this.runner.roomForSuspects);
      if (limit === 0) {
        // The rest is swept up as soon as there is room, not at the next lookout.
        this.sweeps = true;
        return this.runner.onceRoom(() => this.look());
      }
      await failpoint('take-over.before');
      const taken = await this.timed(() => this.store.takeOver(worker, limit, this.definitions.all()));
      if (taken.length > 0) await failpoint('take-over.after');
      if (taken.length > 0) this.log.warn({ sagas: taken.length }, 'Took over the sagas of a lost worker.');
      this.observers.tookOver(taken);
      await this.takeUp(taken, { crashed: true });
      if (taken.length < limit) return;
    }
  }

  /** What is claimed says what time it is; its first call goes by that, without a wave before it. */
  private async timed<Claim extends ClaimedSaga>(claim: () => Promise<Claim[]>): Promise<Claim[]> {
    const askedAt = performance.now();
    const claimed = await claim();
    if (claimed[0]) this.clock.observe(claimed[0].now, askedAt);
    return claimed;
  }

  /** @param lost something of them may have been under way, because a worker died over them or lost sight of them */
  private async takeUp(claimed: readonly ClaimedSaga[], lost: { crashed: boolean } | null): Promise<void> {
    const [first] = claimed;
    if (!first) return;
    const journals = await this.store.journals(claimed, first.now);
    const unreadable: ClaimedSaga[] = [];
    for (const claim of claimed) {
      try {
        this.takeUpOne(claim, journals.get(claim.id) ?? [], lost);
      } catch (error) {
        const { id: sagaId, definition, version } = claim;
        this.log.error(
          { sagaId, definition, version, err: error },
          'This build cannot read a saga; it is left alone.',
        );
        unreadable.push(claim);
      }
    }
    // One that a newer build has written, perhaps: it must not hold up the others, and another worker may know it.
    await this.store.release(unreadable, unreadableDelaySeconds);
  }

  private takeUpOne(claim: ClaimedSaga, journal: readonly Entry[], lost: { crashed: boolean } | null): void {
    const { id, definition: name, version, epoch, revision, now } = claim;
    const definition = this.definitions.get(name, version);
    const state = fold(journal);
    // A request may have followed the claim by now: what it wrote is read as well, and waves see by the revision that it
    // came. Let go for it, a saga would rest for a minute, and nobody would know any more that its worker was lost.
    if (state.length < claim.length) throw new StaleJournal([`${id} at ${state.length + 1}`]);
    // Moved since it was claimed, and so taken from this worker again.
    if (state.version !== version) return;
    const saga = own({ id, definition, epoch, revision, state, asOf: now.toISOString() });
    this.runner.keep(saga, lost?.crashed);
    // Also when it is to rest: a stimulus that changes nothing writes the row anew and so releases the saga.
    if (lost) this.runner.stimulate(saga, { kind: 'lease-lost', crashed: lost.crashed });
    // Rung before its time: one that is held is tried now; for another one nothing has changed.
    else if (upcoming(saga).length === 0)
      this.runner.stimulate(saga, { kind: heldFor(state) === null ? 'tick' : 'released' });
    else this.runner.goOn(saga);
  }
}
