import { Injectable } from '@nestjs/common';
import { v7 } from 'uuid';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { insertAuditEntry } from '../store/sql/insert-audit-entry.sql.js';
import { AuditEntryEntity, type Glance } from './audit-entry.entity.js';

/** An action as the audit keeps it. */
export interface AuditedAction {
  /** A person's key, or a part of the engine that acts by itself. */
  readonly actor: { readonly name: string; readonly role: string };
  /** E.g. `saga.retry`. */
  readonly action: string;
  /** Null when it concerned no single saga. */
  readonly sagaId: string | null;
  readonly reason: string;
  readonly before: Glance | null;
  readonly after: Glance | null;
  /** The bulk job that it is part of. Left out: none. */
  readonly jobId?: string | null;
  /** The approval that it waited for. Left out: none. */
  readonly approvalId?: string | null;
}

/** Which entries to list. What is left out does not filter. */
export interface AuditFilter {
  readonly sagaId?: string | undefined;
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
  readonly jobId?: string | undefined;
}

/** What operators did. An entry commits with the action it tells of: there is never one without the other. */
@Injectable()
export class AuditLog {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  /** @throws Error outside a unit of work: the entry would not belong to its action */
  async record(entry: AuditedAction): Promise<void> {
    const { actor, action, sagaId, reason, before, after, jobId = null, approvalId = null } = entry;
    if (!this.unitOfWork.isOpen) throw new Error('An audit entry is written with its action, in one commit.');
    await this.unitOfWork.query(insertAuditEntry, [
      v7(),
      actor.name,
      actor.role,
      action,
      sagaId,
      reason,
      before && JSON.stringify(before),
      after && JSON.stringify(after),
      jobId,
      approvalId,
    ]);
  }

  /** At most `limit` entries, newest first, beginning after the entry `after`; null begins with the newest. */
  list(filter: AuditFilter, after: string | null, limit: number): Promise<AuditEntryEntity[]> {
    const { sagaId, actor, action, jobId } = filter;
    const entries = this.unitOfWork.manager.createQueryBuilder(AuditEntryEntity, 'a');
    if (sagaId !== undefined) entries.andWhere('a.sagaId = :sagaId', { sagaId });
    if (actor !== undefined) entries.andWhere('a.actor = :actor', { actor });
    if (action !== undefined) entries.andWhere('a.action = :action', { action });
    if (jobId !== undefined) entries.andWhere('a.jobId = :jobId', { jobId });
    if (after !== null) entries.andWhere('a.id < :after', { after });
    return entries.orderBy('a.id', 'DESC').limit(limit).getMany();
  }
}
