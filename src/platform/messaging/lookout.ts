import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Settings } from '../config/settings.js';
import type { Statement } from '../database/statement.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { Errand } from '../time/errand.js';

/** A look may be so many milliseconds later than the one before, at most; a third of a lease when that is less. */
const longestPauseMs = 3_000;

/** Something that there may be to do, as the database tells. */
export interface Sight {
  /** Of all that is looked out for the only one of this name. */
  readonly name: string;
  /**
   * An SQL expression for the seconds until there is something to do, or less than 0; null: there is nothing. It is asked
   * at every look, so one index entry has to answer it. It may promise what somebody else does meanwhile.
   */
  readonly dueIn: string;
  /** Told when it is due. */
  readonly due: () => void;
  /** Told when there is nothing; `askedAt` is a time of `performance`. */
  readonly calm?: (askedAt: number) => void;
}

/**
 * Looks out, in one statement for all of them, for whatever waits in the database: what other processes left, what a lost
 * signal was about, what falls due. With nothing to do this is all that a process asks.
 */
@Injectable()
export class Lookout implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger(Lookout.name);
  private readonly sights: Sight[] = [];
  private readonly alarms = new Map<Sight, NodeJS.Timeout>();
  private readonly looking = new Errand(
    () => this.look(),
    (error) => {
      this.log.warn({ err: error }, 'What there is to do could not be read; it is tried again.');
      // One table that is locked or missing must not blind the others: each looks for itself.
      this.sights.forEach(({ due }) => due());
      return this.everyMs;
    },
  );
  /** Milliseconds between two looks. */
  readonly everyMs: number;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    { leaseSeconds }: Settings,
  ) {
    this.everyMs = Math.min(longestPauseMs, (leaseSeconds * 1_000) / 3);
  }

  /** Register before the application has started. */
  watch(sight: Sight): void {
    this.sights.push(sight);
  }

  onApplicationBootstrap(): void {
    if (this.sights.length > 0) this.looking.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.looking.stop();
    this.alarms.forEach((alarm) => clearTimeout(alarm));
  }

  private async look(): Promise<number> {
    const askedAt = performance.now();
    const [seconds] = await this.unitOfWork.query<Record<string, number | null>>(this.question());
    for (const sight of this.sights) this.tell(sight, seconds![sight.name]!, askedAt);
    return this.everyMs;
  }

  private tell(sight: Sight, seconds: number | null, askedAt: number): void {
    if (seconds === null) return sight.calm?.(askedAt);
    if (seconds <= 0) return sight.due();
    if (seconds * 1_000 > this.everyMs) return;
    clearTimeout(this.alarms.get(sight));
    this.alarms.set(sight, setTimeout(sight.due, Math.ceil(seconds * 1_000) + 1).unref());
  }

  /** Not declared as other statements are: it is another one in each role. */
  private question(): Statement {
    const columns = this.sights.map(({ name, dueIn }) => `(${dueIn})::float8 AS "${name}"`);
    return { name: 'platform.look-out', text: `SELECT ${columns.join(',\n       ')}` };
  }
}

/** What there is at any time, or not. */
export const whenever = (condition: string) => `CASE WHEN ${condition} THEN 0 END`;
