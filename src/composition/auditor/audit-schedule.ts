import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Settings } from '../../platform/config/settings.js';
import { periodically, type Periodical } from '../../platform/time/periodically.js';
import { Auditor } from './auditor.js';

const everyMs = 60_000;
/** Less than a period: the processes' timers are not in step, and none shall wait a whole turn for another's. */
const unlessWithinSeconds = 50;

/** Checks once a minute, in one of the processes that advance sagas. */
@Injectable()
export class AuditSchedule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger(AuditSchedule.name);
  private periodical: Periodical | null = null;
  private stopping = false;

  constructor(
    private readonly auditor: Auditor,
    private readonly settings: Settings,
  ) {}

  onApplicationBootstrap(): void {
    if (this.settings.role === 'api') return;
    this.periodical = periodically(
      everyMs,
      async () => void (await this.auditor.checkOnSchedule(unlessWithinSeconds)),
      (error) => {
        if (!this.stopping) {
          this.log.error({
            msg: 'The books could not be checked; it is tried again in a minute',
            err: error,
          });
        }
      },
    );
  }

  /** A check under way is given up between two of its statements. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    await this.periodical?.stop();
  }
}
