import { setMaxListeners } from 'node:events';
import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { v7 } from 'uuid';
import { Settings } from '../../../platform/config/settings.js';
import { Lookout } from '../../../platform/messaging/lookout.js';
import { Signals } from '../../../platform/messaging/signals.js';
import { Errand } from '../../../platform/time/errand.js';
import { JobRunner } from './job-runner.js';
import { JobStore } from './job-store.js';

/** One that nobody runs: now; one whose worker has died: when its lease has run out. */
const jobsDueIn = `SELECT extract(epoch FROM min(COALESCE(owned_until, now())) - now())
                     FROM saga.job WHERE status = 'running'`;
/** A job takes one connection at a time. */
const mostAtOnce = 3;

/** Takes up the jobs that nobody runs, in the processes that advance sagas. */
@Injectable()
export class JobDesk implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger(JobDesk.name);
  private readonly worker = v7();
  private readonly running = new Set<Promise<void>>();
  private readonly stop = new AbortController();
  private readonly looking = new Errand(
    () => this.takeUp(),
    (error) => this.log.error({ msg: 'Jobs could not be looked for; it is tried again', err: error }),
  );

  constructor(
    private readonly jobs: JobStore,
    private readonly runner: JobRunner,
    private readonly settings: Settings,
    signals: Signals,
    lookout: Lookout,
  ) {
    setMaxListeners(0, this.stop.signal);
    if (settings.role === 'api') return;
    signals.listen('saga_job', () => this.looking.call());
    lookout.watch({ name: 'jobs', dueIn: jobsDueIn, due: () => this.looking.call() });
  }

  onApplicationBootstrap(): void {
    if (this.settings.role === 'api') return;
    this.looking.start();
  }

  /** What is being done to a saga is ended; the jobs are given back, and another worker goes on. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stop.abort();
    await this.looking.stop();
    await Promise.all(this.running);
  }

  private async takeUp(): Promise<void> {
    while (this.running.size < mostAtOnce && !this.stop.signal.aborted) {
      const seconds = this.settings.leaseSeconds;
      const job = await this.jobs.claim(this.worker, seconds);
      if (!job) return;
      const run = this.runner
        .run(job, { worker: this.worker, seconds, stopping: this.stop.signal })
        .catch((error: unknown) => {
          this.log.error({
            msg: 'A bulk job was given up until its lease runs out',
            jobId: job.id,
            err: error,
          });
        })
        .finally(() => {
          this.running.delete(run);
          // There may have been one too many.
          this.looking.call();
        });
      this.running.add(run);
    }
  }
}
