import { Injectable } from '@nestjs/common';
import { v7 } from 'uuid';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import type { Actor } from '../../../platform/http/actor.js';
import { Problem } from '../../../platform/http/problem.js';
import { Signals } from '../../../platform/messaging/signals.js';
import { SecondPerson } from '../approvals/second-person.js';
import { AuditLog } from '../audit-log.js';
import { SagaReader } from '../saga-reader.js';
import { glanceAtJob } from './job-glance.js';
import type { JobOrder } from './job.js';
import { JobStore, type JobRow } from './job-store.js';

/** More in one job would be more than somebody can answer for. */
const most = 100_000;

/** Bulk actions are asked for, read and ended here; `JobRunner` carries them out. */
@Injectable()
export class Jobs {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly store: JobStore,
    private readonly sagas: SagaReader,
    private readonly audit: AuditLog,
    private readonly secondPerson: SecondPerson,
    private readonly signals: Signals,
  ) {}

  /**
   * Notes the job and the sagas that fit its filter now, and audits that it was asked for. One that moves more than one
   * person may decide on waits: `approvalId`.
   * @throws Problem 403 when the action needs another role; 422 `SAGA.TOO_MANY`
   */
  async order(order: JobOrder, actor: Actor): Promise<JobRow & { readonly approvalId: string | null }> {
    requireRole(order, actor);
    return this.unitOfWork.run(async () => {
      const found = await this.sagas.list({ ...order.filter, underWay: true }, null, most + 1);
      if (found.length > most) throw tooMany();
      const id = v7();
      // The oldest first: it has waited longest, and its journal is the likeliest to be understood.
      const ids = found.map((saga) => saga.id).reverse();
      const moves = order.action === 'terminate' && !order.dryRun;
      const money = moves ? await this.secondPerson.neededFor(ids) : null;
      await this.store.insert(id, order, actor, ids, money ? 'awaiting-approval' : 'running');
      const job = await this.one(id);
      if (money) {
        const { action, reason } = order;
        const about = { sagaId: null, jobId: id, action, request: {}, revision: null, money, reason, actor };
        return { ...job, approvalId: await this.secondPerson.ask(about) };
      }
      await this.audit.record({
        ...{ actor, action: 'job.start', sagaId: null, reason: order.reason, jobId: id },
        ...{ before: null, after: glanceAtJob(job) },
      });
      this.unitOfWork.afterCommit(() => this.signals.raise('saga_job'));
      return { ...job, approvalId: null };
    });
  }

  /** @throws Problem 404 `SAGA.JOB_NOT_FOUND` */
  async one(id: string): Promise<JobRow> {
    const job = await this.store.read(id);
    if (!job)
      throw new Problem({ status: 404, code: 'SAGA.JOB_NOT_FOUND', detail: `There is no job ${id}.` });
    return job;
  }

  /**
   * Nothing further is done; what was done stays.
   * @throws Problem 404; 409 `SAGA.JOB_ENDED`
   */
  async cancel(id: string, reason: string, actor: Actor): Promise<JobRow> {
    return this.unitOfWork.run(async () => {
      const before = await this.one(id);
      if (!(await this.store.finish(id, 'cancelled', `${actor.name}: ${reason}`))) {
        throw new Problem({
          status: 409,
          code: 'SAGA.JOB_ENDED',
          detail: `The job has ended: ${before.status}.`,
          details: { ...glanceAtJob(before) },
        });
      }
      const after = await this.one(id);
      await this.audit.record({
        ...{ actor, action: 'job.cancel', sagaId: null, reason, jobId: id },
        ...{ before: glanceAtJob(before), after: glanceAtJob(after) },
      });
      return after;
    });
  }
}

function requireRole({ action }: JobOrder, actor: Actor): void {
  if (action !== 'terminate' || actor.role === 'supervisor') return;
  throw new Problem({
    status: 403,
    code: 'HTTP.FORBIDDEN',
    detail: `To terminate sagas needs the role supervisor; the key "${actor.name}" is a ${actor.role}.`,
  });
}

function tooMany(): Problem {
  return new Problem({
    status: 422,
    code: 'SAGA.TOO_MANY',
    detail: `More than ${most} sagas fit this filter. Narrow it.`,
    errors: [{ pointer: '/filter', code: 'SAGA.TOO_MANY', detail: `At most ${most} sagas are a job.` }],
  });
}
