import { Injectable, Logger } from '@nestjs/common';
import { Alarms } from './alarms.js';
import { CallDesk } from './call-desk.js';
import { DatabaseClock } from './database-clock.js';
import { storeError } from './errors.js';
import { Heartbeats } from './heartbeats.js';
import { Lanes } from './lanes.js';
import { Lease } from './lease.js';
import { Quarantine } from './quarantine.js';
import { wakeAt, type Directive } from './next.js';
import { upcoming, type OwnedSaga, type Work } from './owned-saga.js';
import { attemptOf, LogFields } from './saga-fields.js';
import { unitOf, type UnitRef } from './state.js';
import type { ParkSaga, StepCommand } from './step-command.js';
import type { Stimulus } from './stimulus.js';

/** Sagas in memory at a time; more are left in the database for whoever has room. */
const capacity = 2_000;
/** Room for so many is worth another look into the database. */
const portion = 100;

/**
 * Carries on the sagas that this worker owns: waves for what is local, calls for what is outside, and each commit
 * says what is next. Everything here is memory and may be lost at any instant; what is true stands in the journal.
 */
@Injectable()
export class Runner {
  private readonly log = new Logger(Runner.name);
  private readonly owned = new Map<string, OwnedSaga>();
  private readonly alarms = new Alarms();
  private restListener: (wakeAt: string) => void = () => undefined;
  private roomListener: (() => void) | null = null;
  private accepting = false;

  constructor(
    private readonly lanes: Lanes,
    private readonly calls: CallDesk,
    private readonly lease: Lease,
    private readonly heartbeats: Heartbeats,
    private readonly quarantine: Quarantine,
    private readonly clock: DatabaseClock,
    private readonly fields: LogFields,
  ) {
    lease.onLost(() => this.dropAll());
    quarantine.onAdmitted((saga) => {
      const suspect = upcoming(saga).find((directive) => directive.do === 'begin');
      // Rung meanwhile, and so under way already: it comes back here by itself.
      if (saga.works > 0 || !suspect) quarantine.leave(saga);
      else this.stimulate(saga, { kind: 'begin', unit: suspect.unit });
    });
    lanes.onEnd(({ settled, lost }) => {
      lost.forEach((saga) => this.forget(saga));
      // The streams have had their turn right after the commit; what none of them took goes on here.
      settled.forEach((saga) => {
        this.quarantine.look(saga);
        this.goOn(saga);
      });
      this.offerRoom();
    });
  }

  /** Room for more sagas; 0 while the runner does not accept any. */
  get room(): number {
    return this.accepting && this.lease.workerId ? Math.max(0, capacity - this.owned.size) : 0;
  }

  /** Room for more sagas of lost workers. */
  get roomForSuspects(): number {
    return Math.min(this.room, this.quarantine.room);
  }

  /** Calls `listener` once there is room again for a good many, of lost workers too. The last one asked for counts. */
  onceRoom(listener: () => void): void {
    this.roomListener = listener;
  }

  /** Ids of the sagas in memory. */
  get known(): string[] {
    return [...this.owned.keys()];
  }

  /** Whether the saga is in memory here. */
  has(id: string): boolean {
    return this.owned.has(id);
  }

  start(): void {
    this.accepting = true;
  }

  /** Calls `listener` with the time at which a saga that was let go is due again. */
  onRest(listener: (wakeAt: string) => void): void {
    this.restListener = listener;
  }

  /**
   * Takes up a saga that this worker owns in the database. Its first command may come by a stream.
   * @param suspect it was taken over from a lost worker
   */
  keep(saga: OwnedSaga, suspect = false): void {
    // Taken from this worker by a move, and back in its hands before it has noticed.
    const before = this.owned.get(saga.id);
    if (before && before !== saga) this.quarantine.leave(before);
    this.owned.set(saga.id, saga);
    if (suspect) this.quarantine.expect(saga);
  }

  /** Rung while it is under way here: its epoch has moved, and what it is doing goes on under the new one. */
  renew(id: string, epoch: number): void {
    const saga = this.owned.get(id);
    if (!saga) return;
    saga.epoch = epoch;
    saga.revision = -1;
    if (saga.works === 0) this.stimulate(saga, { kind: 'tick' });
  }

  /** Lets something happen to a saga that is kept. */
  stimulate(saga: OwnedSaga, stimulus: Stimulus): void {
    if (this.accepting) this.lanes.add({ kind: 'stimulate', saga, stimulus });
  }

  /** Does what is upcoming: places every call, and one thing that needs a wave; the next one follows its commit. */
  goOn(saga: OwnedSaga): void {
    if (!this.accepting || saga.works > 0 || this.owned.get(saga.id) !== saga) return;
    const todo = upcoming(saga);
    for (const directive of todo) this.take(saga, directive);
    if (saga.works > 0) return;
    if (todo.length > 0 || saga.calls.size > 0) this.stay(saga);
    else this.rest(saga);
  }

  private take(saga: OwnedSaga, directive: Directive): void {
    switch (directive.do) {
      case 'rest':
        return;
      case 'begin':
        return this.quarantine.enter(saga);
      case 'resolve':
        return this.place(saga, directive.unit, true);
      case 'tick':
        return this.stimulate(saga, { kind: 'tick' });
      case 'execute': {
        const { unit, kind } = directive;
        const begun = saga.begun.has(unitOf(saga.state, unit)!.reference);
        if (kind === 'external' && begun) return this.place(saga, unit, false);
        if (saga.works === 0) this.lanes.add({ kind: 'execute', saga, unit });
      }
    }
  }

  /** What a stream made of a committed event: the command for the intent that the same commit stored. */
  accept({ intent, command }: StepCommand): void {
    const saga = this.owned.get(intent.sagaId);
    if (!saga || saga.works > 0) return;
    saga.prepared.set(intent.reference, command);
    this.goOn(saga);
  }

  /** A mapping of a stream failed: this one saga parks. */
  park({ intent: { sagaId, unit }, error }: ParkSaga): void {
    const saga = this.owned.get(sagaId);
    if (!saga || saga.works > 0) return;
    const stored = storeError(error, 'SAGA.MAPPING_FAILED');
    const line = this.fields.failure(saga.state, unit, attemptOf(saga.state, unit), stored);
    this.log.error({ ...line, err: error }, 'A mapping failed; the saga is parked.');
    this.stimulate(saga, { kind: 'mapping-failed', error: stored });
  }

  /**
   * Stops: waves end, calls under way are ended from our side and stored as unknown, so that whoever goes on asks
   * before it acts.
   * @returns the sagas that are left, to be released; none of their intents is under way
   */
  async drain(): Promise<{ id: string; epoch: number }[]> {
    this.accepting = false;
    this.lanes.dropIntents();
    await this.calls.abort();
    await this.lanes.drained();
    await this.heartbeats.store();
    this.alarms.clear();
    const left = [...this.owned.values()].map(({ id, epoch }) => ({ id, epoch }));
    this.owned.clear();
    return left;
  }

  private place(saga: OwnedSaga, unit: UnitRef, ask: boolean): void {
    const call = unitOf(saga.state, unit)!.reference;
    saga.calls.add(call);
    this.calls.place(saga, unit, ask, (work: Work) => {
      // Also while draining: what is known of a call is written, so that nobody has to ask for it.
      if (this.owned.get(saga.id) === saga) this.lanes.add({ ...work, call });
    });
  }

  private rest(saga: OwnedSaga): void {
    const at = wakeAt(saga.state, saga.asOf);
    this.forget(saga);
    if (at) this.restListener(at);
  }

  /** What falls due while calls are under way is not left until one of them ends. */
  private stay(saga: OwnedSaga): void {
    const at = wakeAt(saga.state, saga.asOf);
    if (!at) return this.alarms.forget(saga.id);
    this.alarms.set(saga.id, Date.parse(at) - this.clock.now(), () => {
      saga.asOf = new Date(this.clock.now()).toISOString();
      this.goOn(saga);
    });
  }

  private offerRoom(): void {
    if (!this.roomListener || this.roomForSuspects < portion) return;
    const listener = this.roomListener;
    this.roomListener = null;
    listener();
  }

  private forget(saga: OwnedSaga): void {
    if (this.owned.get(saga.id) !== saga) return;
    this.owned.delete(saga.id);
    this.alarms.forget(saga.id);
    this.quarantine.leave(saga);
    this.heartbeats.forget(saga.id);
  }

  /** The lease is lost: nothing may be written any more, and what is under way outside is somebody else's question. */
  private dropAll(): void {
    this.heartbeats.forgetAll();
    this.alarms.clear();
    this.owned.clear();
    this.quarantine.clear();
    this.lanes.dropAll();
    void this.calls.abort();
  }
}
