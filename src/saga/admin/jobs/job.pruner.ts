import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { BatchPruner } from '../../../platform/time/batch-pruner.js';
import { pruneJobs } from '../../store/sql/prune-jobs.sql.js';

/** Forgets jobs a month after their end; the audit keeps what they did. */
@Injectable()
export class JobPruner extends BatchPruner {
  constructor(private readonly unitOfWork: UnitOfWork) {
    super();
  }

  protected async pruneBatch(limit: number): Promise<number> {
    const [row] = await this.unitOfWork.query<{ pruned: number }>(pruneJobs, [limit]);
    return row!.pruned;
  }
}
