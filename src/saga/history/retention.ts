import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { DataSource, type QueryRunner } from 'typeorm';
import { Settings } from '../../platform/config/settings.js';
import type { Statement } from '../../platform/database/statement.js';
import { periodically, type Periodical } from '../../platform/time/periodically.js';
import { findSagasNeedingJournals } from '../store/sql/find-sagas-needing-journals.sql.js';
import { noteDroppedHistory } from '../store/sql/note-dropped-history.sql.js';
import { readCutOffPartitions } from '../store/sql/read-cut-off-partitions.sql.js';
import { readExpiredPartitions } from '../store/sql/read-expired-partitions.sql.js';

const hour = 60 * 60 * 1_000;
/** Any number that all releases agree on. */
const turn = 0x4157;

interface Partition {
  readonly of: 'journal' | 'ended_instance';
  readonly name: string;
  readonly endsAt: Date;
}

/**
 * Drops what has ended longer ago than is kept, whole partitions at a time, oldest first. Sagas go before their
 * journals; a journal stays while any saga, under way or kept, is folded from it. So a saga that is shown can be read.
 *
 * It detaches while others read and write, and waits for no lock longer than `lock_timeout`: whoever queued behind it
 * would wait too. What was cut off is finished the next time.
 */
@Injectable()
export class Retention implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger(Retention.name);
  private periodical: Periodical | null = null;

  constructor(
    private readonly settings: Settings,
    private readonly dataSource: DataSource,
  ) {}

  onApplicationBootstrap(): void {
    if (this.settings.historyDays === 0) return;
    this.periodical = periodically(
      hour,
      async () => void (await this.run()),
      (error) => this.log.warn({ err: error }, 'History could not be dropped; tried again in an hour.'),
    );
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.periodical?.stop();
  }

  /** Drops what is over now. Of several processes one does it, the others do nothing. Names of what was dropped. */
  async run(): Promise<string[]> {
    const session = this.dataSource.createQueryRunner();
    try {
      const [{ mine }] = (await session.query(`SELECT pg_try_advisory_lock($1) AS mine`, [turn])) as [
        { mine: boolean },
      ];
      if (!mine) return [];
      try {
        await session.query(`SET lock_timeout = '200ms'`);
        return await this.drop(session);
      } finally {
        await session.query(`RESET lock_timeout`);
        await session.query(`SELECT pg_advisory_unlock($1)`, [turn]);
      }
    } finally {
      await session.release();
    }
  }

  private async drop(session: QueryRunner): Promise<string[]> {
    await this.finishCutOff(session);
    const dropped: string[] = [];
    const expired = await ask<Partition>(session, readExpiredPartitions, [this.settings.historyDays]);
    for (const partition of expired) {
      const { of, name, endsAt } = partition;
      if (of === 'journal' && (await this.isNeeded(session, partition))) break;
      // Noted first: an order without its saga must not alarm anybody in between.
      if (of === 'ended_instance') await ask(session, noteDroppedHistory, [endsAt]);
      await session.query(`ALTER TABLE saga.${of} DETACH PARTITION saga.${quoted(name)} CONCURRENTLY`);
      await session.query(`DROP TABLE saga.${quoted(name)}`);
      this.log.log({ partition: name, endedAt: endsAt }, 'Dropped a part of the history.');
      dropped.push(name);
    }
    return dropped;
  }

  private async finishCutOff(session: QueryRunner): Promise<void> {
    const rows = await ask<{ of: string | null; name: string }>(session, readCutOffPartitions);
    for (const { of, name } of rows) {
      if (of !== null)
        await session.query(`ALTER TABLE saga.${of} DETACH PARTITION saga.${quoted(name)} FINALIZE`);
      await session.query(`DROP TABLE saga.${quoted(name)}`);
      this.log.log({ partition: name }, 'Dropped a part of the history that was left half dropped.');
    }
  }

  private async isNeeded(session: QueryRunner, { name, endsAt }: Partition): Promise<boolean> {
    const sagas = await ask<{ id: string; live: boolean }>(session, findSagasNeedingJournals, [endsAt]);
    const live = sagas.flatMap((saga) => (saga.live ? [saga.id] : []));
    if (live.length > 0) {
      const text = 'A part of the history is past its time, but sagas under way need it; it stays.';
      this.log.warn({ partition: name, sagaIds: live }, text);
    }
    return sagas.length > 0;
  }
}

function ask<Row>(
  session: QueryRunner,
  { text }: Statement,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  return session.query(text, [...values]) as Promise<Row[]>;
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
