import { Injectable } from '@nestjs/common';
import { DatabaseError } from 'pg';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import type { SagaDefinition } from '../definition/index.js';
import type { Entry } from '../engine/entries.js';
import type { InstanceRow } from '../engine/instance-row.js';
import type { AssignedBy } from '../rollout/subject.js';
import { namesAndVersions } from './names-and-versions.js';
import { advanceSagas, advanceSagasFurther } from './sql/advance-sagas.sql.js';
import { claimDueSagas } from './sql/claim-due-sagas.sql.js';
import { findForgottenSagas } from './sql/find-forgotten-sagas.sql.js';
import { insertSagas } from './sql/insert-sagas.sql.js';
import { insertSoleSagas } from './sql/insert-sole-sagas.sql.js';
import { loadJournals } from './sql/load-journals.sql.js';
import { lockOwnedSagas } from './sql/lock-owned-sagas.sql.js';
import { lockSaga } from './sql/lock-saga.sql.js';
import { moveSaga } from './sql/move-saga.sql.js';
import { readEndedSaga } from './sql/read-ended-saga.sql.js';
import { readJournalPlaces } from './sql/read-journal-places.sql.js';
import { releaseSagas } from './sql/release-sagas.sql.js';
import { takeOverSagas } from './sql/take-over-sagas.sql.js';
import { StaleJournal } from './stale-journal.js';

/** By so much a clock may have been set back while a saga ran: its entries are looked for as much earlier and later. */
const clockSlackMs = 24 * 60 * 60 * 1_000;

/** Where a journal's last segment begins: from there on it is read. */
export interface JournalPlace {
  readonly id: string;
  /** The number of the first entry of the commit in which the segment begins. */
  readonly segmentSeq: number;
  /** The time of that commit. */
  readonly segmentAt: Date;
}

/** A saga as a claim finds it. */
export interface ClaimedSaga extends JournalPlace {
  readonly definition: string;
  readonly version: number;
  readonly epoch: number;
  readonly revision: number;
  /** Entries in its journal: a fold of more or fewer is not the saga. */
  readonly length: number;
  /** The database's clock. */
  readonly now: Date;
}

/** A due saga; `wasMine`: this worker owned it before, so something of it may be under way. */
export interface DueSaga extends ClaimedSaga {
  readonly wasMine: boolean;
}

/** An instance row as a request from outside finds it; locked, unless the saga has ended. */
export interface LockedSaga extends ClaimedSaga {
  readonly owner: string | null;
}

/** A saga's row as the fence locked it. */
export interface OwnedRow {
  readonly id: string;
  readonly epoch: number;
  readonly revision: number;
  readonly length: number;
  /** The database's clock. */
  readonly now: Date;
}

/** A saga's part of a commit: what its journal gains and how its row stands then. */
export interface Advance {
  readonly id: string;
  /** Number of the first new entry, from 1. */
  readonly seq: number;
  readonly entries: readonly Entry[];
  readonly row: InstanceRow;
  readonly finishedAt: string | null;
  /** Who goes on with it; null releases it. */
  readonly owner: string | null;
  /** When it is due, ISO 8601; null: owned, or waiting for something from outside. */
  readonly wakeAt: string | null;
}

export interface NewSaga {
  readonly id: string;
  readonly definition: string;
  readonly version: number;
  readonly correlationId: string;
  readonly entries: readonly Entry[];
  readonly row: InstanceRow;
  /** ISO 8601; null for one that starts owned, or that has nothing to do. */
  readonly wakeAt: string | null;
  /** ISO 8601; null: it goes on. One that has nothing to do ends as it starts. */
  readonly finishedAt: string | null;
  /** How its version was chosen; null: whoever began it named it. */
  readonly assignedBy: AssignedBy | null;
}

/** Instances and journals in PostgreSQL. Writes happen inside the caller's unit of work, set-based. */
@Injectable()
export class SagaStore {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  /** @param owner the worker that goes on with them at once; null: whoever claims them */
  async insert(sagas: readonly NewSaga[], owner: string | null, now: string): Promise<void> {
    await this.unitOfWork.query(insertSagas, columnsOf(sagas, owner, now));
  }

  /**
   * As `insert`, but for those alone whose business key has none of their definition; nobody owns them. May be left to
   * the commit.
   * @returns the ids of those
   */
  insertSole(sagas: readonly NewSaga[], now: string): Promise<Set<string>> {
    const columns = columnsOf(sagas, null, now);
    const inserted = this.unitOfWork.query<{ id: string }>(insertSoleSagas, columns);
    return inserted.then((rows) => new Set(rows.map(({ id }) => id)));
  }

  /** Locks those that are still owned under their epoch; the others are missing in the answer. */
  async lockOwned(sagas: readonly { id: string; epoch: number }[], owner: string): Promise<OwnedRow[]> {
    const known = new Set(sagas.map(({ id, epoch }) => `${id} ${epoch}`));
    const rows = await this.unitOfWork.query<OwnedRow>(lockOwnedSagas, [sagas.map(({ id }) => id), owner]);
    return rows.filter(({ id, epoch }) => known.has(`${id} ${epoch}`));
  }

  /** One that has ended is not locked: nothing changes it any more. Null when there is no such saga. */
  async lock(id: string): Promise<LockedSaga | null> {
    const [row] = await this.unitOfWork.query<LockedSaga>(lockSaga, [id]);
    if (row) return row;
    const [ended] = await this.unitOfWork.query<LockedSaga>(readEndedSaga, [id]);
    return ended ?? null;
  }

  /**
   * Writes the advances of locked sagas; the revision of each is one more then. May be left to the commit.
   * @throws StaleJournal when an advance does not begin right after the last entry
   */
  advance(advances: readonly Advance[], now: string): Promise<void> {
    if (advances.length === 0) return Promise.resolve();
    const columns = [
      advances.map((advance) => advance.id),
      advances.map((advance) => advance.seq),
      advances.map((advance) => advance.entries.length),
      JSON.stringify(advances.map((advance) => advance.entries)),
      advances.map((advance) => advance.row.status),
      advances.map((advance) => advance.row.currentStep),
      advances.map((advance) => advance.owner),
      advances.map((advance) => advance.wakeAt),
      advances.map((advance) => advance.row.openEffects),
      advances.map((advance) => advance.row.attention?.step ?? null),
      advances.map((advance) => advance.row.attention?.errorCode ?? null),
      advances.map((advance) => advance.finishedAt),
      now,
      advances.map((advance) => advance.row.heldFor),
      advances.map(({ entries }) => entries.some(({ kind }) => kind === 'continued')),
    ];
    const ends = advances.some(({ finishedAt }) => finishedAt !== null);
    const statement = ends ? advanceSagas : advanceSagasFurther;
    return this.unitOfWork.query(statement, columns).then(() => undefined, throwStale);
  }

  /** Gives a saga another version that the caller has locked and advanced; whoever had it has it no more. */
  async move(id: string, version: number): Promise<void> {
    await this.unitOfWork.query(moveSaga, [id, version]);
  }

  /** Due sagas become the worker's own. */
  async claimDue(worker: string, limit: number, known: readonly SagaDefinition[]): Promise<DueSaga[]> {
    return this.unitOfWork.query(claimDueSagas, [worker, limit, ...namesAndVersions(known)]);
  }

  /** Sagas whose owner's lease has run out become the worker's own. */
  async takeOver(worker: string, limit: number, known: readonly SagaDefinition[]): Promise<ClaimedSaga[]> {
    return this.unitOfWork.query(takeOverSagas, [worker, limit, ...namesAndVersions(known)]);
  }

  /** Rings sagas that the worker owns without knowing it. */
  async ringForgotten(worker: string, known: readonly string[]): Promise<void> {
    await this.unitOfWork.query(findForgottenSagas, [worker, known]);
  }

  async release(sagas: readonly { id: string; epoch: number }[], delaySeconds: number): Promise<void> {
    if (sagas.length === 0) return;
    await this.unitOfWork.query(releaseSagas, [
      sagas.map((saga) => saga.id),
      sagas.map((saga) => saga.epoch),
      delaySeconds,
    ]);
  }

  /** What has to be read of these journals, from the beginning of their last segments; by saga id, oldest entry first. */
  async journals(places: readonly JournalPlace[], until: Date): Promise<Map<string, Entry[]>> {
    const journals = new Map<string, Entry[]>();
    if (places.length === 0) return journals;
    const since = Math.min(...places.map(({ segmentAt }) => segmentAt.getTime()));
    const rows = await this.unitOfWork.query<{ saga_id: string; entries: Entry[] }>(loadJournals, [
      places.map(({ id }) => id),
      places.map(({ segmentSeq }) => segmentSeq),
      new Date(since - clockSlackMs),
      new Date(until.getTime() + clockSlackMs),
    ]);
    for (const row of rows) {
      const known = journals.get(row.saga_id);
      if (known) known.push(...row.entries);
      else journals.set(row.saga_id, [...row.entries]);
    }
    return journals;
  }

  /** As `journals`, for those of whom nothing but the id is known; ended sagas too. */
  async segments(ids: readonly string[]): Promise<Map<string, Entry[]>> {
    const places = await this.places(ids);
    return this.journals(places, latest(places.map(({ until }) => until)));
  }

  /** All that there is of these journals, by saga id, oldest entry first. */
  async wholeJournals(ids: readonly string[]): Promise<Map<string, Entry[]>> {
    const places = await this.places(ids);
    const beginnings = places.map(({ id, createdAt }) => ({ id, segmentSeq: 1, segmentAt: createdAt }));
    return this.journals(beginnings, latest(places.map(({ until }) => until)));
  }

  private places(ids: readonly string[]): Promise<(JournalPlace & { createdAt: Date; until: Date })[]> {
    return ids.length === 0 ? Promise.resolve([]) : this.unitOfWork.query(readJournalPlaces, [ids]);
  }
}

/** What `saga.refuse_stale_journals` refuses. */
const STALE_JOURNAL = 'SG001';

function throwStale(error: unknown): never {
  if (error instanceof DatabaseError && error.code === STALE_JOURNAL)
    throw new StaleJournal((error.detail ?? '').split(', '));
  throw error;
}

function latest(times: readonly Date[]): Date {
  return new Date(Math.max(0, ...times.map((time) => time.getTime())));
}

function columnsOf(sagas: readonly NewSaga[], owner: string | null, now: string): unknown[] {
  return [
    sagas.map((saga) => saga.id),
    sagas.map((saga) => saga.definition),
    sagas.map((saga) => saga.version),
    sagas.map((saga) => saga.correlationId),
    sagas.map((saga) => saga.row.status),
    sagas.map((saga) => saga.row.currentStep),
    sagas.map((saga) => saga.entries.length),
    sagas.map((saga) => saga.wakeAt),
    JSON.stringify(sagas.map((saga) => saga.entries)),
    owner,
    now,
    sagas.map((saga) => saga.row.attention?.step ?? null),
    sagas.map((saga) => saga.row.attention?.errorCode ?? null),
    sagas.map((saga) => saga.finishedAt),
    sagas.map((saga) => saga.assignedBy),
  ];
}
