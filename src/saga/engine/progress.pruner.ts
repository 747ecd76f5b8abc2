import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { BatchPruner } from '../../platform/time/batch-pruner.js';
import { pruneProgress } from '../store/sql/prune-progress.sql.js';

/** After the saga's end: how far an attempt came is of interest while one looks at what went on lately. */
const keepHours = 24;

/** Forgets the progress of attempts whose sagas have ended. */
@Injectable()
export class ProgressPruner extends BatchPruner {
  constructor(private readonly unitOfWork: UnitOfWork) {
    super();
  }

  protected override async pruneBatch(limit: number): Promise<number> {
    const [pruned] = await this.unitOfWork.query<{ count: number }>(pruneProgress, [keepHours, limit]);
    return pruned?.count ?? 0;
  }
}
