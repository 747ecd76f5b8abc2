import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { busy } from './busy.js';
import { watermarkAt } from './scope.js';
import { fileReport } from './sql/file-report.sql.js';
import { readReport } from './sql/read-report.sql.js';
import type { Turn } from './turns.js';
import type { Violation } from './violation.js';

/** What the auditor has found. */
export interface Report {
  /** When the check began, by the database's clock. */
  readonly checkedAt: Date;
  readonly durationMs: number;
  /** Empty: the books are clean. */
  readonly violations: readonly Violation[];
}

/** A report with how far it has looked. */
export interface StoredReport extends Report {
  /** What ended until then has been looked at since. */
  readonly watermark: Date;
  readonly lastCompleteAt: Date;
}

/** The last report, in the database: every process answers the same. */
@Injectable()
export class Reports {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  /** Null: nothing was ever checked. */
  async last(): Promise<StoredReport | null> {
    const [row] = await this.unitOfWork.query<StoredReport>(readReport);
    return row ?? null;
  }

  /** @throws Problem 503 when the turn was lost meanwhile: another process's report stands. */
  async file({ holder }: Turn, report: Report, complete: boolean): Promise<void> {
    const { checkedAt, durationMs, violations } = report;
    const filed = await this.unitOfWork.query(fileReport, [
      holder,
      checkedAt,
      durationMs,
      JSON.stringify(violations),
      watermarkAt(checkedAt),
      complete,
    ]);
    if (filed.length === 0) throw busy('The check took too long, and another process may check by now.');
  }
}
