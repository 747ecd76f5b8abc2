import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Settings } from '../../platform/config/settings.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { periodically, type Periodical } from '../../platform/time/periodically.js';
import { DefinitionRegistry } from '../definition/index.js';
import { namesAndVersions } from '../store/names-and-versions.js';
import { findOldSegments } from '../store/sql/find-old-segments.sql.js';
import { Requests } from './requests.js';

const everyMs = 60_000;
const portion = 200;

/**
 * Lets the journals of sagas continue in new segments when theirs are old, also of sagas that are paused, parked, or
 * wait for months: as a request would, whoever owns them. A waiting saga needs no wake-up for it.
 */
@Injectable()
export class SegmentUpkeep implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger(SegmentUpkeep.name);
  private periodical: Periodical | null = null;
  private stopping = false;

  constructor(
    private readonly settings: Settings,
    private readonly unitOfWork: UnitOfWork,
    private readonly requests: Requests,
    private readonly definitions: DefinitionRegistry,
  ) {}

  onApplicationBootstrap(): void {
    if (this.settings.role === 'api') return;
    this.periodical = periodically(
      everyMs,
      () => this.run(),
      (error) => this.log.warn({ err: error }, 'Old segments could not be looked for; tried again.'),
    );
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    await this.periodical?.stop();
  }

  /** All that are old now, each in a transaction of its own. */
  async run(): Promise<void> {
    const failed: string[] = [];
    for (let found = portion; found === portion && !this.stopping;) {
      const ids = await this.find(failed);
      found = ids.length;
      for (const id of ids) {
        if (this.stopping) return;
        try {
          await this.requests.apply(id, { kind: 'roll-over' });
        } catch (error) {
          failed.push(id);
          this.log.error({ sagaId: id, err: error }, 'The journal of a saga could not be continued.');
        }
      }
    }
  }

  private async find(failed: readonly string[]): Promise<string[]> {
    const known = this.definitions.all();
    const rows = await this.unitOfWork.query<{ id: string }>(findOldSegments, [
      ...namesAndVersions(known),
      known.map(({ rollover }) => rollover.everyMs / 1_000),
      portion,
      failed,
    ]);
    return rows.map(({ id }) => id);
  }
}
