import { Injectable, Logger } from '@nestjs/common';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { readProgress } from '../store/sql/read-progress.sql.js';
import { reportProgress } from '../store/sql/report-progress.sql.js';
import type { UnitRef } from './state.js';

/** Reports are gathered for so long, in milliseconds: however many attempts beat how often, it is one statement. */
const gatherMs = 500;

interface Report {
  readonly sagaId: string;
  /** `<role>:<name>`. */
  readonly unit: string;
  readonly attempt: number;
  readonly progress: unknown;
}

/**
 * Progress of long attempts: kept beside the journal, because a sign of life is no fact of the saga and must not
 * move its revision. Stored without waiting, the last report of each attempt at most every half second; one that is
 * lost costs a retry some of its head start.
 */
@Injectable()
export class Heartbeats {
  private readonly log = new Logger(Heartbeats.name);
  /** What was reported last, of sagas that are this worker's. */
  private readonly known = new Map<string, unknown>();
  private gathered = new Map<string, Report>();
  private timer: NodeJS.Timeout | null = null;
  private storing: Promise<void> = Promise.resolve();

  constructor(private readonly unitOfWork: UnitOfWork) {}

  /**
   * What earlier attempts have reported last, here or at another worker; null when they reported nothing.
   * Never throws: without it the next attempt only begins anew.
   */
  async last(sagaId: string, unit: UnitRef): Promise<unknown> {
    const key = keyOf(sagaId, unit);
    if (this.known.has(key)) return this.known.get(key);
    try {
      // What was gathered before the saga was let go here may still be on its way.
      await this.storing;
      const [row] = await this.unitOfWork.query<{ progress: unknown }>(readProgress, [sagaId, labelOf(unit)]);
      return row?.progress ?? null;
    } catch (error) {
      this.log.warn({ err: error, sagaId, unit: labelOf(unit) }, 'Stored progress could not be read.');
      return null;
    }
  }

  report(sagaId: string, unit: UnitRef, attempt: number, progress: unknown): void {
    const key = keyOf(sagaId, unit);
    this.known.set(key, progress);
    this.gathered.set(key, { sagaId, unit: labelOf(unit), attempt, progress });
    this.timer ??= setTimeout(() => void this.store(), gatherMs).unref();
  }

  /** Stores what was gathered, now; what cannot be stored is logged and given up. */
  store(): Promise<void> {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    // One statement at a time, so that an older report never comes after a newer one.
    this.storing = this.storing.then(() => this.storeGathered());
    return this.storing;
  }

  /** Forgets what was kept of a saga that this worker has let go: what is gathered of it is stored at once. */
  forget(sagaId: string): void {
    for (const key of this.known.keys()) if (key.startsWith(sagaId)) this.known.delete(key);
    if ([...this.gathered.values()].some((report) => report.sagaId === sagaId)) void this.store();
  }

  /** Forgets everything, what is not stored yet too: it is about sagas that may be somebody else's. */
  forgetAll(): void {
    this.known.clear();
    this.gathered.clear();
  }

  private async storeGathered(): Promise<void> {
    const reports = [...this.gathered.values()];
    this.gathered = new Map();
    if (reports.length === 0) return;
    await this.write(reports).catch(async (error: unknown) => {
      // One that the database does not take must not cost the others theirs.
      if (reports.length === 1) return this.giveUp(reports[0]!, error);
      for (const report of reports) await this.write([report]).catch((e: unknown) => this.giveUp(report, e));
    });
  }

  private async write(reports: readonly Report[]): Promise<void> {
    await this.unitOfWork.query(reportProgress, [
      reports.map(({ sagaId }) => sagaId),
      reports.map(({ unit }) => unit),
      reports.map(({ attempt }) => attempt),
      reports.map(({ progress }) => JSON.stringify(progress)),
    ]);
  }

  private giveUp({ sagaId, unit }: Report, error: unknown): void {
    this.log.warn({ err: error, sagaId, unit }, 'Progress could not be stored.');
  }
}

function keyOf(sagaId: string, unit: UnitRef): string {
  return `${sagaId} ${labelOf(unit)}`;
}

/** As it stands in the table. */
function labelOf({ role, name }: UnitRef): string {
  return `${role}:${name}`;
}
