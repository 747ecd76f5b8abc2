import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentActor, type Actor } from '../../../platform/http/actor.decorator.js';
import { ApiProblems } from '../../../platform/http/api-problems.decorator.js';
import { Idempotent } from '../../../platform/http/idempotent.decorator.js';
import { decodeCursor, page, type Page } from '../../../platform/http/page.js';
import { Roles } from '../../../platform/http/roles.decorator.js';
import {
  approvalCursor,
  approvalId,
  approvalPage,
  approvalResponse,
  approveRequest,
  declineRequest,
  listApprovalsQuery,
  toApproval,
  type ApprovalResponse,
  type ApproveRequest,
  type DeclineRequest,
  type ListApprovalsQuery,
} from './approval.dto.js';
import { Approvals } from './approvals.js';

@ApiTags('Operators')
@Controller('v1/admin/approvals')
export class ApprovalsController {
  constructor(private readonly approvals: Approvals) {}

  @Get()
  @Roles('operator')
  @ApiOperation({
    summary: 'List what waits for a second person',
    description: 'And what has waited. Newest first.',
  })
  @ApiOkResponse({ description: 'A page of approvals.', standardSchema: approvalPage })
  async list(
    @Query({ schema: listApprovalsQuery }) { limit, cursor }: ListApprovalsQuery,
  ): Promise<Page<ApprovalResponse>> {
    const after = decodeCursor(approvalCursor, cursor);
    const rows = await this.approvals.list(after?.id ?? null, limit + 1);
    return page(rows, limit, toApproval, ({ id }) => ({ id }));
  }

  @Post(':id/approve')
  @Roles('supervisor')
  @HttpCode(200)
  @Idempotent()
  @ApiOperation({
    summary: 'Approve of an override',
    description:
      'By another supervisor than the one who asked for it. It is carried out in the same commit, if the saga is ' +
      'what it was when it was asked for; both names stand in the audit.',
  })
  @ApiOkResponse({ description: 'Approved and carried out.', standardSchema: approvalResponse })
  @ApiProblems({
    403: ['SAGA.SECOND_PERSON_NEEDED'],
    404: ['SAGA.APPROVAL_NOT_FOUND'],
    409: ['SAGA.APPROVAL_DECLINED', 'SAGA.APPROVAL_EXPIRED', 'SAGA.APPROVED_ALREADY', 'SAGA.MOVED_ON'],
  })
  async approve(
    @Param('id', { schema: approvalId }) id: string,
    @Body({ schema: approveRequest }) { reason }: ApproveRequest,
    @CurrentActor() actor: Actor,
  ): Promise<ApprovalResponse> {
    return toApproval(await this.approvals.approve(id, reason, actor));
  }

  @Post(':id/decline')
  @Roles('supervisor')
  @HttpCode(200)
  @Idempotent()
  @ApiOperation({
    summary: 'Decline an override',
    description:
      'By any supervisor; who asked for it withdraws it so. Nothing is carried out, and a job that waited for it is ' +
      'cancelled. The decision and its audit entry are one commit.',
  })
  @ApiOkResponse({ description: 'Declined.', standardSchema: approvalResponse })
  @ApiProblems({
    404: ['SAGA.APPROVAL_NOT_FOUND'],
    409: ['SAGA.APPROVAL_DECLINED', 'SAGA.APPROVAL_EXPIRED', 'SAGA.APPROVED_ALREADY'],
  })
  async decline(
    @Param('id', { schema: approvalId }) id: string,
    @Body({ schema: declineRequest }) { reason }: DeclineRequest,
    @CurrentActor() actor: Actor,
  ): Promise<ApprovalResponse> {
    return toApproval(await this.approvals.decline(id, reason, actor));
  }
}
