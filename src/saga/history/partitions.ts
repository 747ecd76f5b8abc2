import { Injectable, Logger, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { HealthRegistry, type Health } from '../../platform/observability/health/health-registry.js';
import { periodically, type Periodical } from '../../platform/time/periodically.js';
import { makePartitions } from '../store/sql/make-partitions.sql.js';
import { readPartitionsAhead } from '../store/sql/read-partitions-ahead.sql.js';

const hour = 60 * 60 * 1_000;
/** So long may nobody succeed in making any. */
const weeksAhead = 8;
/** Fewer than this, and something has been wrong for weeks. */
const tooFew = 2;

/**
 * Makes the partitions of journals and ended sagas ahead of time: at each process's start, before anything is written,
 * and every hour. There is none for what fits nowhere, because one could not be detached while it is used then.
 */
@Injectable()
export class Partitions implements OnModuleInit, BeforeApplicationShutdown {
  private readonly log = new Logger(Partitions.name);
  private periodical: Periodical | null = null;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly health: HealthRegistry,
  ) {}

  async onModuleInit(): Promise<void> {
    this.health.register('history', () => this.check());
    // What cannot be made now may be there for weeks yet; health tells.
    await this.make().catch((error: unknown) => this.warn(error));
    this.periodical = periodically(
      hour,
      () => this.make(),
      (error) => this.warn(error),
    );
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.periodical?.stop();
  }

  /** Makes what is missing. Of several processes one does it. */
  async make(): Promise<void> {
    const [row] = await this.unitOfWork.query<{ made: number }>(makePartitions, [weeksAhead]);
    if (row && row.made > 0) this.log.log({ made: row.made }, 'Made partitions for the weeks to come.');
    const { warning, weeksAhead: ahead } = await this.check();
    if (warning) this.log.warn({ weeksAhead: ahead }, 'Partitions for the weeks to come are missing.');
  }

  private async check(): Promise<Health> {
    const [row] = await this.unitOfWork.query<{ weeks: number }>(readPartitionsAhead);
    const weeks = row?.weeks ?? 0;
    const ahead = Math.floor(weeks);
    // Orders are taken for as long as there is a place for them: a warning must not stop what still works.
    return {
      up: weeks > 0,
      weeksAhead: ahead,
      ...(ahead < tooFew && { warning: 'no partitions could be made for the weeks to come' }),
    };
  }

  private warn(error: unknown): void {
    this.log.error({ err: error }, 'Partitions could not be made; tried again in an hour.');
  }
}
