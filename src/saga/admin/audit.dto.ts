import { z } from 'zod';
import { pageOf, pageQuery } from '../../platform/http/page.js';
import type { AuditEntryEntity } from './audit-entry.entity.js';
import { auditExample } from './saga-examples.js';
import { breakerState } from './dependency.response.dto.js';
import { sagaStatus } from './saga-status.dto.js';

export const listAuditQuery = z.strictObject({
  ...pageQuery,
  sagaId: z.uuid().toLowerCase().optional().describe('Only what was done to this saga.'),
  actor: z.string().min(1).max(200).optional().describe("Only what this actor did: the API key's name."),
  action: z.string().min(1).max(100).optional().describe('Only this action, e.g. `saga.retry`.'),
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
  })
  .meta({ examples: [auditExample] });

export const auditPage = pageOf(auditEntry);

export type AuditEntry = z.infer<typeof auditEntry>;

export function toAuditEntry(entry: AuditEntryEntity): AuditEntry {
  const { id, at, actor, role, action, sagaId, reason, before, after } = entry;
  return { id, at: at.toISOString(), actor, role, action, sagaId, reason, before, after };
}
