import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import type { Actor } from '../../../platform/http/actor.js';
import { ownFaults } from '../../engine/failures.js';
import { claimJob } from '../../store/sql/claim-job.sql.js';
import { countJobItems } from '../../store/sql/count-job-items.sql.js';
import { finishJob } from '../../store/sql/finish-job.sql.js';
import { insertJob } from '../../store/sql/insert-job.sql.js';
import { keepJob } from '../../store/sql/keep-job.sql.js';
import { listJobs } from '../../store/sql/list-jobs.sql.js';
import { nextJobItem } from '../../store/sql/next-job-item.sql.js';
import { observeJobItems } from '../../store/sql/observe-job-items.sql.js';
import { readJobItems } from '../../store/sql/read-job-items.sql.js';
import { readJobOutlook } from '../../store/sql/read-job-outlook.sql.js';
import { readJob } from '../../store/sql/read-job.sql.js';
import { recordJobItem } from '../../store/sql/record-job-item.sql.js';
import { releaseJob } from '../../store/sql/release-job.sql.js';
import type { JobOrder, OwnedJob } from './job.js';
import type { JobItemStatus, JobStatus } from './job-status.js';

export interface JobRow extends JobOrder {
  readonly id: string;
  readonly actor: string;
  readonly status: JobStatus;
  readonly endedBecause: string | null;
  readonly total: number;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
}

export interface JobItemRow {
  readonly number: number;
  readonly sagaId: string;
  readonly status: JobItemStatus;
  readonly code: string | null;
  readonly detail: string | null;
  readonly consequences: readonly string[] | null;
  readonly actedAt: Date | null;
}

/** How many items of a job stand how; none stand in a way that is missing. */
export type JobCounts = ReadonlyMap<JobItemStatus, number>;

/** What became of acting on one saga. */
export interface JobItemResult {
  readonly status: JobItemStatus;
  /** At what it failed before; null: it did not. */
  readonly failedStep: string | null;
  readonly errorCode: string | null;
  /** Its revision after the action; null: nothing was done. */
  readonly revision: number | null;
  /** Why nothing was done. */
  readonly code: string | null;
  readonly detail: string | null;
  readonly consequences: readonly string[] | null;
}

/** A saga of which has been seen what became of it. */
export interface SettledItem {
  readonly number: number;
  readonly sagaId: string;
  readonly status: 'moved-on' | 'failed-again';
  readonly code: string | null;
  readonly step: string | null;
  /** It fails as it did before. */
  readonly repeated: boolean;
}

/** The rows of jobs. */
@Injectable()
export class JobStore {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  async insert(
    id: string,
    order: JobOrder,
    actor: Actor,
    sagaIds: readonly string[],
    status: JobStatus,
  ): Promise<void> {
    const { action, filter, reason, dryRun, probe, ratePerSecond, stopOnRepeat } = order;
    const about = [id, action, JSON.stringify(filter), reason, actor.name, actor.role];
    const how = [dryRun, probe, ratePerSecond, stopOnRepeat, sagaIds, status];
    await this.unitOfWork.query(insertJob, [...about, ...how]);
  }

  /** Null: there is no job to run. */
  async claim(worker: string, leaseSeconds: number): Promise<OwnedJob | null> {
    const [job] = await this.unitOfWork.query<OwnedJob>(claimJob, [worker, leaseSeconds]);
    return job ?? null;
  }

  /** False: it is this worker's no more, or has ended. Locks it for the rest of a unit of work. */
  async keep(id: string, worker: string, leaseSeconds: number): Promise<boolean> {
    return (await this.unitOfWork.query(keepJob, [id, worker, leaseSeconds])).length > 0;
  }

  async release(id: string, worker: string): Promise<void> {
    await this.unitOfWork.query(releaseJob, [id, worker]);
  }

  /** False: it has ended already. */
  async finish(id: string, status: JobStatus, because: string | null): Promise<boolean> {
    return (await this.unitOfWork.query(finishJob, [id, status, because])).length > 0;
  }

  /** The next saga that nothing was done to; null: there is none. */
  async next(id: string): Promise<{ number: number; sagaId: string } | null> {
    const [item] = await this.unitOfWork.query<{ number: number; sagaId: string }>(nextJobItem, [id]);
    return item ?? null;
  }

  async record(id: string, number: number, result: JobItemResult): Promise<void> {
    const { status, failedStep, errorCode, revision, code, detail, consequences } = result;
    const words = consequences && JSON.stringify(consequences);
    const values = [id, number, status, failedStep, errorCode, revision, code, detail, words];
    await this.unitOfWork.query(recordJobItem, values);
  }

  /** @param toTheEnd only a saga's end is past its failure */
  observe(id: string, toTheEnd: boolean): Promise<SettledItem[]> {
    return this.unitOfWork.query<SettledItem>(observeJobItems, [id, toTheEnd, [...ownFaults]]);
  }

  async outlook(id: string): Promise<{ waiting: boolean; underWay: boolean; probed: boolean }> {
    const [outlook] = await this.unitOfWork.query<{ waiting: boolean; underWay: boolean; probed: boolean }>(
      readJobOutlook,
      [id],
    );
    return outlook!;
  }

  /** Null: there is none, or it was pruned. */
  async read(id: string): Promise<JobRow | null> {
    const [job] = await this.unitOfWork.query<JobRow>(readJob, [id]);
    return job ?? null;
  }

  /**
   * At most `limit`, newest first, beginning after the job `after`; null begins with the newest.
   * @param status null: jobs that stand in any way
   */
  list(status: JobStatus | null, after: string | null, limit: number): Promise<JobRow[]> {
    return this.unitOfWork.query<JobRow>(listJobs, [status, after, limit]);
  }

  /** How many of each job's items stand how, by the job's id; one without items is missing. */
  async counts(ids: readonly string[]): Promise<ReadonlyMap<string, JobCounts>> {
    const rows = await this.unitOfWork.query<{ jobId: string; status: JobItemStatus; count: number }>(
      countJobItems,
      [ids],
    );
    const counts = new Map<string, Map<JobItemStatus, number>>();
    for (const { jobId, status, count } of rows) {
      const ofJob = counts.get(jobId) ?? new Map<JobItemStatus, number>();
      counts.set(jobId, ofJob.set(status, count));
    }
    return counts;
  }

  items(id: string, after: number, limit: number): Promise<JobItemRow[]> {
    return this.unitOfWork.query<JobItemRow>(readJobItems, [id, after, limit]);
  }
}
