import { Inject, Injectable, Optional } from '@nestjs/common';
import { v7 } from 'uuid';
import { Settings } from '../../../platform/config/settings.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import type { Actor } from '../../../platform/http/actor.js';
import { insertApproval } from '../../store/sql/insert-approval.sql.js';
import { AuditLog } from '../audit-log.js';
import { RiskBooks, type Money } from '../risk-books.js';
import type { ApprovalRow } from './approval.js';

/** What is to wait. */
export type ApprovalRequest = Pick<
  ApprovalRow,
  'sagaId' | 'jobId' | 'action' | 'request' | 'revision' | 'money' | 'reason'
> & { readonly actor: Actor };

/** Decides whether an override needs a second person, and notes it until there is one. */
@Injectable()
export class SecondPerson {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly settings: Settings,
    private readonly audit: AuditLog,
    @Optional() @Inject(RiskBooks) private readonly books: RiskBooks | null = null,
  ) {}

  /**
   * What an override of these sagas moves, if that is more than one person may decide on: the money at risk of their
   * orders, in one currency above `SECOND_PERSON_ABOVE`. Null: it is not. Ask with the sagas locked.
   */
  async neededFor(sagaIds: readonly string[]): Promise<readonly Money[] | null> {
    const { secondPersonAbove: most } = this.settings;
    if (most === 0 || !this.books) return null;
    const money = await this.books.moneyOf(sagaIds);
    return money.some(({ amount }) => amount > most) ? money : null;
  }

  /** Notes and audits that it was asked for, in the ambient unit of work. @returns the approval's id */
  async ask(asked: ApprovalRequest): Promise<string> {
    const { sagaId, jobId, action, request, revision, money, reason, actor } = asked;
    const id = v7();
    await this.unitOfWork.query(insertApproval, [
      ...[id, sagaId, jobId, action, JSON.stringify(request), revision, JSON.stringify(money)],
      ...[actor.name, actor.role, reason],
    ]);
    await this.audit.record({
      ...{ actor, action: 'approval.ask', sagaId, reason, jobId, approvalId: id },
      ...{ before: null, after: { approval: id, action, status: 'waiting', money } },
    });
    return id;
  }
}
