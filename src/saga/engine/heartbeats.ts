import { Injectable, Logger } from '@nestjs/common';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { reportProgress } from '../store/sql/report-progress.sql.js';
import type { UnitRef } from './state.js';

/**
 * Progress of long attempts: kept beside the journal, because a sign of life is no fact of the saga and must not
 * move its revision. Stored without waiting; a report that is lost costs a retry some of its head start.
 */
@Injectable()
export class Heartbeats {
  private readonly log = new Logger(Heartbeats.name);
  private readonly known = new Map<string, unknown>();

  constructor(private readonly unitOfWork: UnitOfWork) {}

  /** What the last attempt reported; null when it reported nothing, here. */
  last(sagaId: string, unit: UnitRef): unknown {
    return this.known.get(keyOf(sagaId, unit)) ?? null;
  }

  report(sagaId: string, unit: UnitRef, attempt: number, progress: unknown): void {
    this.known.set(keyOf(sagaId, unit), progress);
    this.unitOfWork
      .query(reportProgress, [sagaId, `${unit.role}:${unit.name}`, attempt, JSON.stringify(progress)])
      .catch((error: unknown) => this.log.warn({ err: error, sagaId }, 'Progress could not be stored.'));
  }

  /** Forgets what was kept of a saga that this worker has let go. */
  forget(sagaId: string): void {
    for (const key of this.known.keys()) if (key.startsWith(sagaId)) this.known.delete(key);
  }
}

function keyOf(sagaId: string, unit: UnitRef): string {
  return `${sagaId} ${unit.role}:${unit.name}`;
}
