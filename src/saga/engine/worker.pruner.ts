import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { BatchPruner } from '../../platform/time/batch-pruner.js';
import { pruneWorkers } from '../store/sql/prune-workers.sql.js';

/** Long enough for somebody to see which processes were there when something went wrong. */
const keepHours = 1;

/** Forgets workers that were killed: one that stops deletes its own row, these could not. */
@Injectable()
export class WorkerPruner extends BatchPruner {
  constructor(private readonly unitOfWork: UnitOfWork) {
    super();
  }

  protected override async pruneBatch(limit: number): Promise<number> {
    const [pruned] = await this.unitOfWork.query<{ count: number }>(pruneWorkers, [keepHours, limit]);
    return pruned?.count ?? 0;
  }
}
