import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import type { Actor } from '../../../platform/http/actor.js';
import { Problem } from '../../../platform/http/problem.js';
import { Signals } from '../../../platform/messaging/signals.js';
import { approve } from '../../store/sql/approve.sql.js';
import { decline } from '../../store/sql/decline.sql.js';
import { listApprovals } from '../../store/sql/list-approvals.sql.js';
import { lockApproval } from '../../store/sql/lock-approval.sql.js';
import { startApprovedJob } from '../../store/sql/start-approved-job.sql.js';
import { AuditLog } from '../audit-log.js';
import { JobStore } from '../jobs/job-store.js';
import type { SagaAction } from '../saga-action.js';
import { SagaActions } from '../saga-actions.js';
import { glanceAtApproval, type ApprovalRow, type ApprovalStatus } from './approval.js';

/** The second person's side: what waits, and its carrying out in the transaction of the approval. */
@Injectable()
export class Approvals {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly actions: SagaActions,
    private readonly jobs: JobStore,
    private readonly audit: AuditLog,
    private readonly signals: Signals,
  ) {}

  /** At most `limit`, newest first, beginning after the approval `after`; null begins with the newest. */
  list(after: string | null, limit: number): Promise<ApprovalRow[]> {
    return this.unitOfWork.query<ApprovalRow>(listApprovals, [after, limit]);
  }

  /**
   * Carries out what was asked for, under the asker's name.
   * @throws Problem 403 `SAGA.SECOND_PERSON_NEEDED` for the asker; 404; 409 when it was approved or declined, has expired, or the
   * saga or the job is not what it was when it was asked for
   */
  async approve(id: string, reason: string, actor: Actor): Promise<ApprovalRow> {
    return this.unitOfWork.run(async () => {
      const approval = await this.lock(id);
      requireOpen(approval);
      requireSecond(approval, actor);
      await this.carryOut(approval);
      const [approved] = await this.unitOfWork.query<ApprovalRow>(approve, [id, actor.name, reason]);
      await this.record('approval.approve', reason, actor, approval, approved!);
      return approved!;
    });
  }

  /**
   * Nothing is carried out, then or later; a job that waits for it is cancelled. Its asker withdraws it so.
   * @throws Problem 404; 409 when it was approved or declined, or has expired
   */
  async decline(id: string, reason: string, actor: Actor): Promise<ApprovalRow> {
    return this.unitOfWork.run(async () => {
      const approval = await this.lock(id);
      requireOpen(approval);
      const { jobId } = approval;
      if (jobId !== null) await this.jobs.finish(jobId, 'cancelled', `${actor.name}: ${reason}`);
      const [declined] = await this.unitOfWork.query<ApprovalRow>(decline, [id, actor.name, reason]);
      await this.record('approval.decline', reason, actor, approval, declined!);
      return declined!;
    });
  }

  private async record(
    action: string,
    reason: string,
    actor: Actor,
    before: ApprovalRow,
    after: ApprovalRow,
  ): Promise<void> {
    const { id: approvalId, sagaId, jobId } = before;
    await this.audit.record({
      ...{ actor, action, sagaId, reason, jobId, approvalId },
      ...{ before: glanceAtApproval(before), after: glanceAtApproval(after) },
    });
  }

  private async lock(id: string): Promise<ApprovalRow> {
    const [found] = await this.unitOfWork.query<ApprovalRow>(lockApproval, [id]);
    if (found) return found;
    throw new Problem({
      status: 404,
      code: 'SAGA.APPROVAL_NOT_FOUND',
      detail: `There is no approval ${id}.`,
    });
  }

  private async carryOut(approval: ApprovalRow): Promise<void> {
    const { sagaId, jobId } = approval;
    if (jobId !== null) {
      const started = await this.unitOfWork.query(startApprovedJob, [jobId]);
      if (started.length === 0) throw movedOn('The job was cancelled meanwhile.', approval);
      return this.unitOfWork.afterCommit(() => this.signals.raise('saga_job'));
    }
    try {
      await this.actions.act(sagaId!, actionOf(approval));
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 412) throw error;
      throw movedOn(
        'The saga has moved on since it was asked for. Look at it again, and ask anew.',
        approval,
      );
    }
  }
}

function actionOf({ id, action, request, askedBy, role, reason, revision }: ApprovalRow): SagaAction {
  const common = { reason, dryRun: false, approvalId: id, expected: revision };
  const actor = { name: askedBy, role };
  if (action === 'skip') {
    const { result, step = null } = request;
    return { action, result, step, actor, ...common };
  }
  return { action: 'terminate', actor, ...common };
}

/** Why nothing can be decided any more. */
const decided: Readonly<Record<Exclude<ApprovalStatus, 'waiting'>, readonly [code: string, detail: string]>> =
  {
    approved: ['SAGA.APPROVED_ALREADY', 'It was approved already.'],
    declined: ['SAGA.APPROVAL_DECLINED', 'It was declined already. Is it wanted all the same, ask anew.'],
    expired: ['SAGA.APPROVAL_EXPIRED', 'Nobody decided within a day. Ask anew.'],
  };

function requireOpen(approval: ApprovalRow): void {
  const { status } = approval;
  if (status === 'waiting') return;
  const [code, detail] = decided[status];
  throw new Problem({ status: 409, code, detail, details: { ...glanceAtApproval(approval) } });
}

function requireSecond({ askedBy }: ApprovalRow, actor: Actor): void {
  if (askedBy !== actor.name) return;
  throw new Problem({
    status: 403,
    code: 'SAGA.SECOND_PERSON_NEEDED',
    detail: `"${actor.name}" has asked for it: somebody else has to approve.`,
  });
}

function movedOn(detail: string, approval: ApprovalRow): Problem {
  return new Problem({
    status: 409,
    code: 'SAGA.MOVED_ON',
    detail,
    details: { ...glanceAtApproval(approval) },
  });
}
