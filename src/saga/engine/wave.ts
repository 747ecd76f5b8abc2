import { Injectable } from '@nestjs/common';
import { NotAsPresumed } from '../../platform/database/presumption.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { failpoint } from '../../platform/failpoints/failpoint.js';
import { newId } from '../../platform/ids/new-id.js';
import { TransactionalEventPublisher } from '../../platform/messaging/transactional-event-publisher.js';
import { goingOnIn, storedTrace } from '../../platform/observability/trace/trace-context.js';
import { isAboutChild } from '../definition/index.js';
import { SagaStore } from '../store/saga-store.js';
import { StaleJournal } from '../store/stale-journal.js';
import { newsOf } from './child-news.js';
import { Continuations } from './continuations.js';
import { DatabaseClock } from './database-clock.js';
import { fold } from './evolve.js';
import { isKnown, latestOf, NotAsKnown, UnansweredLock, type Fence } from './fence.js';
import { instanceRow } from './instance-row.js';
import { IntentMapping } from './intent-mapping.js';
import { directives, next } from './next.js';
import { callsBeside, type OwnedSaga, type Work } from './owned-saga.js';
import { isOutstanding, sameUnit, unitOf } from './state.js';
import { SagaObservers, type SagaCommit } from './saga-observers.js';
import { SagaWatch } from './saga-watch.js';
import type { Env, Stimulus } from './stimulus.js';
import type { UnitFailure } from './unit-failure.js';
import {
  announceRejection,
  beginningsOf,
  happen,
  localsOf,
  UnitWork,
  type Member,
  type Pending,
  type Scene,
} from './unit-work.js';

/** Local units of one saga that share a commit, at most: a wave must not hold its locks for ever. */
const longestChain = 16;

/**
 * One transaction for many sagas at the same step: lock, run the handlers, decide, go on with what is local, write
 * journals, rows and events, commit. Either all of it happens to all members or nothing to any.
 *
 * The lock is the first statement on the connection, so whatever handlers send is carried out behind it. Its answer is
 * not waited for before they begin, because it nearly always says what is known already: it is looked at before
 * anything is written, and a wave that went ahead of a saga which somebody else has moved on, or taken, is rolled back
 * and run again from what the lock says.
 */
@Injectable()
export class Wave {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly store: SagaStore,
    private readonly units: UnitWork,
    private readonly mapping: IntentMapping,
    private readonly continuations: Continuations,
    private readonly publisher: TransactionalEventPublisher,
    private readonly clock: DatabaseClock,
    private readonly watch: SagaWatch,
    private readonly observers: SagaObservers,
  ) {}

  /**
   * After the commit, and before its events reach the bus, each saga shows its new state and what is `upcoming`.
   *
   * @param failures what went wrong when the same work, of a single saga, was tried before: everything else is done
   *   again, and each failure is recorded in its place, so that it takes nothing else with it
   * @returns the sagas that are not this worker's any more; nothing was done for them
   * @throws UnitFailure when a handler failed; whatever else goes wrong as it is
   */
  async run(
    works: readonly Work[],
    worker: string,
    failures: readonly UnitFailure[] = [],
  ): Promise<OwnedSaga[]> {
    const inOneCommit = (work: () => Promise<OwnedSaga[]>) => this.unitOfWork.run(work, 'wave', 'sets');
    if (failures.length === 0 && works.every(isKnown)) {
      try {
        return await inOneCommit(() => this.goAhead(works, worker));
      } catch (error) {
        if (!(error instanceof NotAsKnown || error instanceof NotAsPresumed)) throw error;
      }
    }
    return inOneCommit(() => this.follow(works, worker, failures));
  }

  /** From what is known, beside the lock. @throws NotAsKnown, NotAsPresumed when that was not so; then nothing that came of it counts */
  private async goAhead(works: readonly Work[], worker: string): Promise<OwnedSaga[]> {
    // No earlier than what was decided before, whatever the estimate says.
    const latest = Math.max(this.clock.now(), ...works.map(({ saga }) => Date.parse(saga.asOf)));
    const now = new Date(latest).toISOString();
    const lock = new UnansweredLock(works, now, this.lock(works, worker));
    // The first of all that is left to the commit: when it is refused it is the reason, and not what came behind it.
    this.unitOfWork.withCommit(lock.answer);
    const members = works.map(memberOf);
    const scene = { now, newId, random: Math.random, failures: [] };
    const carryOut = () => this.carryOut(members, scene, () => lock.goOn());
    // One alone: many share a round trip, and one of them with another answer would take all back.
    const presuming = members.length === 1;
    const [carriedOut] = await Promise.allSettled([
      presuming ? this.unitOfWork.presuming(carryOut) : carryOut(),
    ]);
    const fence = await lock.answer;
    if (carriedOut.status === 'rejected') {
      throw lock.isToBlameFor(carriedOut.reason) ? new NotAsKnown() : carriedOut.reason;
    }
    this.conclude(members, fence, worker, now);
    return [];
  }

  /** From what the lock says. */
  private async follow(
    works: readonly Work[],
    worker: string,
    failures: readonly UnitFailure[],
  ): Promise<OwnedSaga[]> {
    const fence = await this.lock(works, worker);
    const members = works.filter(({ saga }) => fence.has(saga.id)).map(memberOf);
    const gone = works.flatMap(({ saga }) => (fence.has(saga.id) ? [] : [saga]));
    if (members.length === 0) return gone;
    const now = latestOf(fence).toISOString();
    await this.refold(members, fence);
    await this.carryOut(members, { now, newId, random: Math.random, failures }, () => undefined);
    this.conclude(members, fence, worker, now);
    return gone;
  }

  private async lock(works: readonly Work[], worker: string): Promise<Fence> {
    const sagas = works.map(({ saga }) => saga);
    const askedAt = performance.now();
    const rows = await this.store.lockOwned(sagas, worker);
    const fence = new Map(rows.map((row) => [row.id, row]));
    if (fence.size > 0) this.clock.observe(latestOf(fence), askedAt);
    await failpoint('wave.locked');
    return fence;
  }

  /** @param goesOn throws when the rest is not wanted any more */
  private async carryOut(members: readonly Member[], scene: Scene, goesOn: () => void): Promise<void> {
    await this.runWork(members, scene);
    await this.runChain(members, scene, goesOn);
    goesOn();
    await this.beginCalls(members, scene);
  }

  private conclude(members: readonly Member[], fence: Fence, worker: string, now: string): void {
    this.unitOfWork.withCommit(this.write(members, worker, now));
    // Registered before the events are: a stream that answers one of them must meet the new state.
    this.unitOfWork.afterCommit(() => {
      members.forEach((member) => settle(member, fence.get(member.saga.id)!.revision + 1, now));
      this.watch.announce(members.map(({ saga }) => saga));
    });
    this.observers.onCommit(members.map(commitOf));
    this.enlistEvents(members, now);
  }

  /**
   * Someone else moved a saga on (an operator, a cancel): its journal is the truth.
   * @throws StaleJournal when what was folded is not all of it
   */
  private async refold(members: readonly Member[], fence: Fence): Promise<void> {
    const stale = members.filter(({ saga }) => fence.get(saga.id)?.revision !== saga.revision);
    const journals = await this.store.segments(stale.map(({ saga }) => saga.id));
    for (const member of stale) {
      member.state = fold(journals.get(member.saga.id) ?? []);
      member.saga.revision = fence.get(member.saga.id)!.revision;
      // Known again even if this transaction fails: the journal cannot be older than what was just read.
      member.saga.state = member.state;
    }
    const wrong = members.filter(({ saga, state }) => fence.get(saga.id)?.length !== state.length);
    if (wrong.length > 0)
      throw new StaleJournal(wrong.map(({ state: { id, length } }) => `${id} at ${length + 1}`));
  }

  private async runWork(members: readonly Member[], scene: Scene): Promise<void> {
    const records: Pending[] = [];
    const executes: Member[] = [];
    for (const member of members) {
      const { work } = member;
      if (work.kind === 'stimulate') this.stimulate(member, work.stimulus, scene);
      else if (!isStillNext(member, scene)) continue;
      else if (work.kind === 'record') records.push({ member, unit: work.unit });
      else executes.push(member);
    }
    await this.units.record(records, scene);
    await this.units.begin(beginningsOf(executes, scene), scene);
    await this.units.execute(localsOf(executes, scene), scene);
  }

  private stimulate(member: Member, stimulus: Stimulus, scene: Scene): void {
    const before = member.entries.length;
    happen(member, stimulus, scene);
    const rejected = member.entries.slice(before).some(({ kind }) => kind === 'rejected');
    if (stimulus.kind === 'rejection' && rejected) announceRejection(member, stimulus.unit, stimulus.error);
  }

  /** Neighbouring local units share the commit. Not with a lost lease: see `isTakeOver`. */
  private async runChain(members: readonly Member[], scene: Scene, goesOn: () => void): Promise<void> {
    const moved = () => members.filter((member) => member.entries.length > 0 && !isTakeOver(member));
    for (let length = 0; length < longestChain; length++) {
      goesOn();
      const pending = localsOf(moved(), scene);
      if (pending.length === 0) return;
      await this.units.execute(pending, scene);
    }
  }

  /** The intents of calls share the commit before them, and so does what must be visible while they run. */
  private async beginCalls(members: readonly Member[], scene: Scene): Promise<void> {
    await this.units.begin(beginningsOf(members, scene), scene);
  }

  /** @throws StaleJournal */
  private write(members: readonly Member[], worker: string, now: string): Promise<void> {
    const advances = members.map(({ saga, work, state, entries }) => {
      const row = instanceRow(saga.definition, state, now);
      // What is under way outside comes back to its owner, also when the saga has nothing else to do meanwhile.
      const isCalling = !state.end && callsBeside(work).size > 0;
      return {
        id: saga.id,
        seq: state.length - entries.length + 1,
        entries,
        row,
        finishedAt: state.endedAt,
        owner: row.runnable || isCalling ? worker : null,
        wakeAt: isCalling ? null : row.wakeAt,
      };
    });
    return this.store.advance(advances, now);
  }

  /** The event that a saga goes on from carries what comes next; the streams make the command of it. */
  private enlistEvents(members: readonly Member[], now: string): void {
    for (const { saga, work, state, entries, events } of members) {
      const last = events.at(-1);
      const directive = next(saga.definition, state, now, callsBeside(work));
      const news = newsOf(saga.definition, entries, state);
      if (last && directive.do === 'execute' && !isAboutChild(unitOf(state, directive.unit)!.command)) {
        this.continuations.attach(last, this.mapping.intentOf(saga.definition, state, directive.unit));
      }
      if (news.length + events.length > 0) {
        goingOnIn(storedTrace(state.traceparent), () => this.publisher.publishAll([...news, ...events]));
      }
    }
  }
}

function memberOf(work: Work): Member {
  const { saga } = work;
  return { saga, work, state: saga.state, entries: [], events: [], begun: new Set(saga.begun) };
}

function commitOf({ saga, work, entries, state }: Member): SagaCommit {
  return { before: saga.state, entries, state, ...(work.attempt && { attempt: work.attempt }) };
}

function settle(member: Member, revision: number, now: string): void {
  const { saga, work, state, begun } = member;
  saga.state = state;
  saga.revision = revision;
  saga.begun = begun;
  saga.asOf = now;
  saga.works--;
  if (work.call !== undefined) saga.calls.delete(work.call);
}

/**
 * That a worker was lost over a unit, and that the unit is tried again, is committed before it is, and it is tried
 * apart from others: one that takes its worker with it is counted, and is parked in the end.
 */
function isTakeOver({ work }: Member): boolean {
  return work.kind === 'stimulate' && (work.stimulus.kind === 'lease-lost' || work.stimulus.kind === 'begin');
}

/** Work that was queued before somebody else moved the saga on is not done any more. */
function isStillNext(member: Member, env: Env): boolean {
  const { work } = member;
  if (work.kind === 'stimulate') return true;
  // An answer is recorded whatever the clock says: it has happened.
  if (work.kind === 'record') return isOutstanding(unitOf(member.state, work.unit));
  return directives(member.saga.definition, member.state, env.now, callsBeside(work)).some(
    (directive) => directive.do === 'execute' && sameUnit(directive.unit, work.unit),
  );
}
