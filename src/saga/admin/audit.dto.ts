import { z } from 'zod';
import { pageOf, pageQuery } from '../../platform/http/page.js';
import type { AuditEntryEntity } from './audit-entry.entity.js';
import type { ChainReport } from './audit-check.js';
import { money } from './failures.response.dto.js';
import { auditExample } from './saga-examples.js';
import { breakerState } from './dependency.response.dto.js';
import { sagaStatus } from './saga-status.dto.js';

export const listAuditQuery = z.strictObject({
  ...pageQuery,
  sagaId: z.uuid().toLowerCase().optional().describe('Only what was done to this saga.'),
  actor: z.string().min(1).max(200).optional().describe("Only what this actor did: the API key's name."),
  action: z.string().min(1).max(100).optional().describe('Only this action, e.g. `saga.retry`.'),
  jobId: z.uuid().toLowerCase().optional().describe('Only what this bulk job did.'),
});

export type ListAuditQuery = z.infer<typeof listAuditQuery>;

/** Where the next page begins: after this entry. */
export const auditCursor = z.strictObject({ id: z.uuid() });

const glance = z
  .union([
    z.object({
      status: sagaStatus,
      currentStep: z.string().nullable(),
      revision: z.int(),
      version: z.int().optional().describe('Of a move only.'),
    }),
    z.object({ dependency: z.string(), state: breakerState, heldSagas: z.int(), revision: z.int() }),
    z
      .looseObject({ definition: z.string(), shares: z.record(z.string(), z.int()), revision: z.int() })
      .describe('A rollout, with its rules, states and guard.'),
    z.object({ job: z.uuid(), action: z.string(), status: z.string(), total: z.int() }),
    z.object({
      approval: z.uuid(),
      action: z.string(),
      status: z.string(),
      money: z.array(money).readonly(),
    }),
  ])
  .nullable();

export const auditEntry = z
  .object({
    id: z.uuid(),
    at: z.iso.datetime(),
    actor: z.string().describe("The API key's name."),
    role: z.string(),
    action: z.string(),
    sagaId: z.uuid().nullable().describe('Null: the action concerned no single saga.'),
    reason: z.string(),
    before: glance.describe('How it stood before the action.'),
    after: glance.describe('How it stood after it.'),
    jobId: z.uuid().nullable().describe('The bulk job that did it; null: none.'),
    approvalId: z
      .uuid()
      .nullable()
      .describe('The approval by which a second person let it happen; null: none.'),
  })
  .meta({ examples: [auditExample] });

export const auditPage = pageOf(auditEntry);

export type AuditEntry = z.infer<typeof auditEntry>;

const chainFault = z.object({
  kind: z.enum(['changed', 'removed', 'inserted']),
  sequence: z.int().nullable().describe('Its place in the chain; null: it has no seal.'),
  entryId: z.uuid().nullable().describe('Null: that is not known any more.'),
  text: z.string(),
});

const chainEnd = z.object({
  sequence: z.int(),
  hash: z
    .string()
    .describe('SHA-256 in hexadecimal. Noted elsewhere, it proves that the chain was not made anew.'),
});

export const auditVerification = z
  .object({
    checkedAt: z.iso.datetime(),
    intact: z.boolean().describe('False: see `fault`.'),
    sealed: z.int().describe('Entries that were compared with their seals, up to the fault.'),
    unsealed: z.int().describe('Entries that are younger than the last seal and wait for theirs.'),
    end: chainEnd.nullable().describe('The last seal; null: nothing is sealed yet.'),
    fault: chainFault
      .nullable()
      .describe('The first entry that was changed, removed or inserted; null: none.'),
  })
  .meta({
    examples: [
      {
        checkedAt: '2026-07-15T09:40:00.000Z',
        intact: true,
        sealed: 4711,
        unsealed: 2,
        end: { sequence: 4711, hash: 'c9a1f4…' },
        fault: null,
      },
    ],
  });

export type AuditVerification = z.infer<typeof auditVerification>;

export function toVerification({ checkedAt, fault, end, ...counts }: ChainReport): AuditVerification {
  return {
    checkedAt: checkedAt.toISOString(),
    intact: fault === null,
    ...counts,
    end: end && { ...end },
    fault: fault && { ...fault },
  };
}

export function toAuditEntry(entry: AuditEntryEntity): AuditEntry {
  const { id, at, actor, role, action, sagaId, reason, before, after, jobId, approvalId } = entry;
  return {
    ...{ id, at: at.toISOString(), actor, role, action, sagaId, reason, before, after, jobId, approvalId },
  };
}
