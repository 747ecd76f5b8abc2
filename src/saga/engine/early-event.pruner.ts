import { Injectable, Logger } from '@nestjs/common';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { BatchPruner } from '../../platform/time/batch-pruner.js';
import { pruneEarlyEvents } from '../store/sql/prune-early-events.sql.js';

/** Longer than anything that is on its way takes to start. */
const keepSeconds = 7 * 24 * 60 * 60;

/** Forgets events that no saga came for, and says so. */
@Injectable()
export class EarlyEventPruner extends BatchPruner {
  private readonly log = new Logger(EarlyEventPruner.name);

  constructor(private readonly unitOfWork: UnitOfWork) {
    super();
  }

  protected override async pruneBatch(limit: number): Promise<number> {
    const pruned = await this.unitOfWork.query<Record<string, unknown>>(pruneEarlyEvents, [
      keepSeconds,
      limit,
    ]);
    for (const event of pruned)
      this.log.warn(event, 'No saga came for an event in seven days; it is dropped.');
    return pruned.length;
  }
}
