import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { isConnectionError } from '../../../platform/database/connection-error.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { Problem } from '../../../platform/http/problem.js';
import { SagaStore } from '../../store/saga-store.js';
import { SagaActions } from '../saga-actions.js';
import { SagaReader } from '../saga-reader.js';
import type { OwnedJob } from './job.js';
import { JobStore, type JobItemResult, type SettledItem } from './job-store.js';

/** Between two looks at what became of the sagas, at least. */
const lookEveryMs = 250;
/** What keeps failing in our own code is noted as refused after so many tries, and the next saga is taken. */
const mostTries = 3;

const nothing = {
  failedStep: null,
  errorCode: null,
  revision: null,
  code: null,
  detail: null,
  consequences: null,
};

/** A worker's right to a job. */
export interface JobLease {
  readonly worker: string;
  readonly seconds: number;
  /** Aborted when the process is to end. */
  readonly stopping: AbortSignal;
}

/**
 * Runs one job, saga after saga.
 *
 * Guarantees: each saga is acted on at most once, however many workers take the job over, because the action, its audit
 * entry, the note that it is done and the check of the lease are one commit. Nothing is acted on that does not fit the
 * filter at that instant. A worker that ends in order gives the job back; of one that was killed the lease runs out.
 */
@Injectable()
export class JobRunner {
  private readonly log = new Logger(JobRunner.name);

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly jobs: JobStore,
    private readonly store: SagaStore,
    private readonly sagas: SagaReader,
    private readonly actions: SagaActions,
  ) {}

  /** Until the job has ended, is another worker's, or this process is to end. */
  async run(job: OwnedJob, lease: JobLease): Promise<void> {
    const tickMs = Math.max(1_000 / job.ratePerSecond, lookEveryMs);
    const perTick = Math.max(1, Math.round((job.ratePerSecond * tickMs) / 1_000));
    let failures = 0;
    while (!lease.stopping.aborted) {
      const begun = performance.now();
      try {
        if (!(await this.tick(job, lease, job.dryRun ? 100 : perTick, failures >= mostTries))) return;
        failures = 0;
      } catch (error) {
        if (!isConnectionError(error)) failures += 1;
        this.log.error({ msg: 'A bulk job met an error, and goes on', jobId: job.id, err: error });
      }
      const rest = (job.dryRun ? 0 : tickMs) - (performance.now() - begun);
      if (rest > 0) await delay(rest, undefined, { signal: lease.stopping }).catch(() => undefined);
    }
    await this.jobs.release(job.id, lease.worker);
  }

  /** Looks at what became of the last ones, and takes the next. False: there is nothing more to do here. */
  private async tick(job: OwnedJob, lease: JobLease, most: number, giveUp: boolean): Promise<boolean> {
    const { id } = job;
    if (!(await this.jobs.keep(id, lease.worker, lease.seconds))) return false;
    const before = await this.jobs.outlook(id);
    const settled = await this.jobs.observe(id, job.action === 'compensate' || job.action === 'terminate');
    const repeat = job.stopOnRepeat ? repeatIn(settled, job.probe && !before.probed) : null;
    if (repeat) {
      await this.jobs.finish(id, 'stopped', textOf(repeat));
      return false;
    }
    const { waiting, underWay, probed } = await this.jobs.outlook(id);
    if (!waiting) {
      if (!underWay) await this.jobs.finish(id, 'completed', null);
      return underWay;
    }
    const probing = job.probe && !job.dryRun && !probed;
    if (probing && underWay) return true;
    for (let count = 0; count < (probing ? 1 : most) && !lease.stopping.aborted; count++) {
      if (!(await this.actOnNext(job, lease, giveUp))) return true;
    }
    return true;
  }

  /** False: nothing was left, or the job is not this worker's any more; the next tick sees which. */
  private actOnNext(job: OwnedJob, { worker, seconds }: JobLease, giveUp: boolean): Promise<boolean> {
    return this.unitOfWork.run(async () => {
      if (!(await this.jobs.keep(job.id, worker, seconds))) return false;
      const item = await this.jobs.next(job.id);
      if (!item) return false;
      await this.jobs.record(job.id, item.number, await this.resultOf(job, item.sagaId, giveUp));
      return true;
    }, 'bulk');
  }

  private async resultOf(job: OwnedJob, sagaId: string, giveUp: boolean): Promise<JobItemResult> {
    if (giveUp) {
      const detail = 'Acting on it failed again and again; the log tells why.';
      return { ...nothing, status: 'refused', code: 'SAGA.UNCLASSIFIED', detail };
    }
    try {
      // Behind a savepoint: a refusal takes back what it came upon, and not the note that it was refused.
      return await this.unitOfWork.nested(() => this.actOn(job, sagaId));
    } catch (error) {
      if (!(error instanceof Problem) || error.status >= 500) throw error;
      return { ...nothing, status: 'refused', code: error.code, detail: error.message };
    }
  }

  private async actOn(job: OwnedJob, sagaId: string): Promise<JobItemResult> {
    // Locked first: as it is found it stays until it was acted on.
    await this.store.lock(sagaId);
    const found = await this.sagas.find(sagaId, { ...job.filter, underWay: true });
    if (!found) {
      const detail = 'It does not fit the filter any more; nothing was done to it.';
      return { ...nothing, status: 'refused', code: 'SAGA.FITS_NO_MORE', detail };
    }
    const { revision, consequences } = await this.actions.act(sagaId, {
      action: job.action,
      reason: job.reason,
      dryRun: job.dryRun,
      actor: { name: job.actor, role: job.role },
      expected: null,
      jobId: job.id,
    });
    const { failedStep, errorCode } = found;
    const status = job.dryRun ? 'previewed' : job.action === 'pause' ? 'moved-on' : 'under-way';
    return { ...nothing, status, failedStep, errorCode, revision, consequences };
  }
}

/** The one because of which nothing further is done. The probe is to come through: it may fail in no way. */
function repeatIn(settled: readonly SettledItem[], isProbe: boolean): SettledItem | null {
  return settled.find(({ status, repeated }) => repeated || (isProbe && status === 'failed-again')) ?? null;
}

function textOf({ sagaId, step, code }: SettledItem): string {
  return `Saga ${sagaId} failed again${step === null ? '' : ` at ${step}`} with ${code ?? 'no code'}.`;
}
