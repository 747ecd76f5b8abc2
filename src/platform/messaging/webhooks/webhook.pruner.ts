import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../database/unit-of-work.js';
import { BatchPruner } from '../../time/batch-pruner.js';
import { pruneWebhookEvents } from './sql/prune-webhook-events.sql.js';

/** Longer than any sender repeats an event. */
const KEEP_DAYS = 90;

/** Forgets webhook events so old that no duplicate of them can come any more. */
@Injectable()
export class WebhookPruner extends BatchPruner {
  constructor(private readonly unitOfWork: UnitOfWork) {
    super();
  }

  protected override async pruneBatch(limit: number): Promise<number> {
    const [pruned] = await this.unitOfWork.query<{ count: number }>(pruneWebhookEvents, [KEEP_DAYS, limit]);
    return pruned?.count ?? 0;
  }
}
