import { z } from 'zod';
import { pageOf, pageQuery } from '../../../platform/http/page.js';
import { money } from '../failures.response.dto.js';
import { sagaId } from '../saga-examples.js';
import type { ApprovalRow } from './approval.js';

export const approvalId = z
  .uuid()
  .toLowerCase()
  .meta({ description: 'The approval.', example: '019f6460-22bb-7cc1-8d4e-5f6a7b8c9d0e' });

export const awaitingApproval = z
  .object({ approvalId: z.uuid() })
  .meta({ examples: [{ approvalId: '019f6460-22bb-7cc1-8d4e-5f6a7b8c9d0e' }] });

export const approveRequest = z
  .strictObject({ reason: z.string().trim().min(1).max(500).describe('Why; it stands in the audit.') })
  .meta({ examples: [{ reason: 'Seen the bank statement.' }] });

export type ApproveRequest = z.infer<typeof approveRequest>;

export const declineRequest = z
  .strictObject({ reason: z.string().trim().min(1).max(500).describe('Why not; it stands in the audit.') })
  .meta({ examples: [{ reason: 'The transfer was never made.' }] });

export type DeclineRequest = z.infer<typeof declineRequest>;

export const listApprovalsQuery = z.strictObject(pageQuery);
export type ListApprovalsQuery = z.infer<typeof listApprovalsQuery>;

/** Where the next page begins: after this approval. */
export const approvalCursor = z.strictObject({ id: z.uuid() });

export const approvalResponse = z
  .object({
    id: z.uuid(),
    status: z
      .enum(['waiting', 'approved', 'declined', 'expired'])
      .describe(
        '`declined`: by somebody else, or withdrawn by the asker. `expired`: nobody decided within a day.',
      ),
    action: z.string().describe('`skip`, `terminate`, or of a job its action.'),
    sagaId: z.uuid().nullable().describe('The saga to act on; null: it is a job.'),
    jobId: z.uuid().nullable(),
    revision: z
      .int()
      .nullable()
      .describe("The saga's when it was asked for; once it has another, it is not carried out any more."),
    result: z.unknown().describe('Of a skip: the result that was given.'),
    money: z.array(money).describe('What it moves: the money at risk of the orders concerned.'),
    askedBy: z.string(),
    reason: z.string().describe("The asker's."),
    askedAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
    approvedBy: z.string().nullable(),
    approvedBecause: z.string().nullable(),
    approvedAt: z.iso.datetime().nullable(),
    declinedBy: z.string().nullable().describe('The asker: it was withdrawn.'),
    declinedBecause: z.string().nullable(),
    declinedAt: z.iso.datetime().nullable(),
  })
  .meta({
    examples: [
      {
        id: '019f6460-22bb-7cc1-8d4e-5f6a7b8c9d0e',
        status: 'waiting',
        action: 'skip',
        sagaId,
        jobId: null,
        revision: 15,
        result: { transfer: 'bank 4711' },
        money: [{ currency: 'EUR', amount: 399800 }],
        askedBy: 'demo-supervisor',
        reason: 'Paid back by bank transfer.',
        askedAt: '2026-07-15T10:00:00.000Z',
        expiresAt: '2026-07-16T10:00:00.000Z',
        approvedBy: null,
        approvedBecause: null,
        approvedAt: null,
        declinedBy: null,
        declinedBecause: null,
        declinedAt: null,
      },
    ],
  });

export const approvalPage = pageOf(approvalResponse);

export type ApprovalResponse = z.infer<typeof approvalResponse>;

export function toApproval(row: ApprovalRow): ApprovalResponse {
  const { request, money: moved, askedAt, expiresAt, approvedAt, declinedAt, ...rest } = row;
  const { id, status, action, sagaId: saga, jobId, revision, askedBy, reason } = rest;
  return {
    ...{ id, status, action, sagaId: saga, jobId, revision, askedBy, reason },
    result: request.result ?? null,
    money: [...moved],
    askedAt: askedAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    approvedBy: rest.approvedBy,
    approvedBecause: rest.approvedBecause,
    approvedAt: approvedAt?.toISOString() ?? null,
    declinedBy: rest.declinedBy,
    declinedBecause: rest.declinedBecause,
    declinedAt: declinedAt?.toISOString() ?? null,
  };
}
