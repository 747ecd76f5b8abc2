import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import type { Actor } from '../../../platform/http/actor.js';
import { Problem } from '../../../platform/http/problem.js';
import { Signals } from '../../../platform/messaging/signals.js';
import { approve } from '../../store/sql/approve.sql.js';
import { listApprovals } from '../../store/sql/list-approvals.sql.js';
import { lockApproval } from '../../store/sql/lock-approval.sql.js';
import { startApprovedJob } from '../../store/sql/start-approved-job.sql.js';
import { AuditLog } from '../audit-log.js';
import type { SagaAction } from '../saga-action.js';
import { SagaActions } from '../saga-actions.js';
import { glanceAtApproval, type ApprovalRow } from './approval.js';

/** The second person's side: what waits, and its carrying out in the transaction of the approval. */
@Injectable()
export class Approvals {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly actions: SagaActions,
    private readonly audit: AuditLog,
    private readonly signals: Signals,
  ) {}

  /** At most `limit`, newest first, beginning after the approval `after`; null begins with the newest. */
  list(after: string | null, limit: number): Promise<ApprovalRow[]> {
    return this.unitOfWork.query<ApprovalRow>(listApprovals, [after, limit]);
  }

  /**
   * Carries out what was asked for, under the asker's name.
   * @throws Problem 403 `SAGA.SECOND_PERSON_NEEDED` for the asker; 404; 409 when it was approved, has expired, or the saga
   * or the job is not what it was when it was asked for
   */
  async approve(id: string, reason: string, actor: Actor): Promise<ApprovalRow> {
    return this.unitOfWork.run(async () => {
      const approval = await this.lock(id);
      requireOpen(approval, actor);
      await this.carryOut(approval);
      const [approved] = await this.unitOfWork.query<ApprovalRow>(approve, [id, actor.name, reason]);
      const { sagaId, jobId } = approval;
      await this.audit.record({
        ...{ actor, action: 'approval.approve', sagaId, reason, jobId, approvalId: id },
        ...{ before: glanceAtApproval(approval), after: glanceAtApproval(approved!) },
      });
      return approved!;
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

function requireOpen(approval: ApprovalRow, actor: Actor): void {
  const { status, askedBy } = approval;
  if (status !== 'waiting') {
    throw new Problem({
      status: 409,
      code: status === 'expired' ? 'SAGA.APPROVAL_EXPIRED' : 'SAGA.APPROVED_ALREADY',
      detail:
        status === 'expired' ? 'It was not approved within a day. Ask anew.' : 'It was approved already.',
      details: { ...glanceAtApproval(approval) },
    });
  }
  if (askedBy === actor.name) {
    throw new Problem({
      status: 403,
      code: 'SAGA.SECOND_PERSON_NEEDED',
      detail: `"${actor.name}" has asked for it: somebody else has to approve.`,
    });
  }
}

function movedOn(detail: string, approval: ApprovalRow): Problem {
  return new Problem({
    status: 409,
    code: 'SAGA.MOVED_ON',
    detail,
    details: { ...glanceAtApproval(approval) },
  });
}
