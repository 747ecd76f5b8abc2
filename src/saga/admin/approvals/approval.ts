import type { Role } from '../../../platform/http/actor.js';
import type { Money } from '../risk-books.js';

export type ApprovalStatus = 'waiting' | 'approved' | 'declined' | 'expired';

/** What was asked for and waits, or has waited, for a second person. */
export interface ApprovalRow {
  readonly id: string;
  /** The saga to act on; null: it is a job. */
  readonly sagaId: string | null;
  readonly jobId: string | null;
  readonly action: string;
  /** Of a skip: its result and step. */
  readonly request: { readonly result?: unknown; readonly step?: string | null };
  /** The saga's, when it was asked for; null: it is a job. */
  readonly revision: number | null;
  readonly money: readonly Money[];
  readonly askedBy: string;
  readonly role: Role;
  readonly reason: string;
  readonly askedAt: Date;
  readonly expiresAt: Date;
  readonly approvedBy: string | null;
  readonly approvedBecause: string | null;
  readonly approvedAt: Date | null;
  /** Who asked for it, or somebody else. */
  readonly declinedBy: string | null;
  readonly declinedBecause: string | null;
  readonly declinedAt: Date | null;
  readonly status: ApprovalStatus;
}

/** An override that waits: what its asker is told. */
export interface AwaitingApproval {
  readonly approvalId: string;
}

/** An approval as the audit keeps it. */
export interface ApprovalGlance {
  readonly approval: string;
  readonly action: string;
  readonly status: ApprovalStatus;
  readonly money: readonly Money[];
}

export function glanceAtApproval({ id, action, status, money }: ApprovalRow): ApprovalGlance {
  return { approval: id, action, status, money };
}
