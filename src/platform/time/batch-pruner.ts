import { Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { periodically, type Periodical } from './periodically.js';

const EVERY_MS = 5 * 60_000;
const BATCH = 500;

/**
 * Deletes what is past its time, in batches small enough to disturb nobody, every few minutes. Any number of
 * processes may do it side by side. Stops between two batches when the process does.
 */
export abstract class BatchPruner implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(this.constructor.name);
  private periodical: Periodical | null = null;
  private stopping = false;

  /** Deletes at most `limit` rows in a transaction of its own; answers how many. */
  protected abstract pruneBatch(limit: number): Promise<number>;

  onApplicationBootstrap(): void {
    this.periodical = periodically(
      EVERY_MS,
      () => this.prune(),
      (error) => this.logger.error({ msg: 'Pruning failed; it is tried again later', err: error }),
    );
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    await this.periodical?.stop();
  }

  /** Deletes everything that is past its time now. */
  async prune(): Promise<void> {
    let pruned = BATCH;
    while (pruned === BATCH && !this.stopping) pruned = await this.pruneBatch(BATCH);
  }
}
