import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../database/unit-of-work.js';
import { BatchPruner } from '../../time/batch-pruner.js';
import { pruneIdempotencyRecords } from './sql/prune-idempotency-records.sql.js';

/** Clients are promised 24 hours; the rest is for their clocks and our periods. */
const KEEP_HOURS = 25;

/** Forgets answers that nobody may ask for any more. */
@Injectable()
export class IdempotencyPruner extends BatchPruner {
  constructor(private readonly unitOfWork: UnitOfWork) {
    super();
  }

  protected override async pruneBatch(limit: number): Promise<number> {
    const [pruned] = await this.unitOfWork.query<{ count: number }>(pruneIdempotencyRecords, [
      KEEP_HOURS,
      limit,
    ]);
    return pruned?.count ?? 0;
  }
}
