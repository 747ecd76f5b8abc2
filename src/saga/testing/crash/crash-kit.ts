import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { INestApplicationContext } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { DefinitionRegistry } from '../../definition/index.js';
import { JournalCheck } from '../../engine/journal-check.js';
import { Course, type Passage } from './course.js';
import { Crew } from './crew.js';
import type { CrashKitOptions, CrashScenario } from './scenario.js';
import { formatSchedule, type Schedule } from './schedule.js';
import { Server } from './server.js';
import { Standings } from './standings.js';

/** How one run under a schedule went. */
export interface CrashReport {
  readonly schedule: Schedule;
  /** A sentence for everything that is not as it has to be; empty: all is well. */
  readonly violations: readonly string[];
  /** Failpoints passed up to each accident, and at last after them. */
  readonly legs: readonly (readonly Passage[])[];
  /** How many of the schedule's accidents happened: a point may not be passed so often after the ones before it. */
  readonly happened: number;
}

/** Sagas are looked at after so long, and then each time after half as long again, up to the most. */
const firstPollMs = 10;
const longestPollMs = 100;
/** A client repeats a request that failed after so long, and so often. */
const repeatMs = 25;
const mostRepeats = 200;

/**
 * Runs scenarios on a real engine and database while processes die and other accidents happen at named failpoints,
 * and checks what is left when all sagas have ended. One run at a time; several kits, each with a database of its
 * own, may run side by side.
 */
export class CrashKit {
  private readonly server: Server;
  private readonly crew: Crew;
  private readonly patienceMs: number;

  /** @throws Error for a database over a Unix socket: its sessions have no ports by which to tell whose they are */
  constructor(private readonly options: CrashKitOptions) {
    if (new URL(options.databaseUrl).searchParams.get('host')?.startsWith('/'))
      throw new Error('The crash kit needs a connection over TCP: leave `host` out of the database URL.');
    this.server = new Server(options.databaseUrl, options.restartDatabase ?? null);
    this.crew = new Crew(() => options.boot(), this.server);
    this.patienceMs = options.patienceMs ?? 30_000;
  }

  /** Never throws for what goes wrong under the schedule: that is in the report. */
  async run(schedule: Schedule): Promise<CrashReport> {
    const scenario = this.scenario(schedule.scenario);
    const course = new Course(schedule.accidents);
    const run = randomUUID();
    const violations: string[] = [];
    try {
      await this.crew.asSomebody(async (app) => scenario.prepare?.(app, run));
      this.crew.follow(course);
      const keys = await this.insist((app) => scenario.drive(app, run));
      await this.untilSettled(scenario, keys);
      // Nothing more happens to it; whoever was stopped in the middle of something ends first.
      this.crew.follow(null);
      await this.crew.relieve();
      violations.push(...(await this.check(scenario, run, keys)));
    } catch (error) {
      violations.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
      this.crew.follow(null);
      this.crew.abandon();
    }
    const { legs, happened } = course;
    if (violations.length > 0)
      violations.push(`in ${formatSchedule(schedule)}, which took this way:\n${course.way()}`);
    return { schedule, violations, legs, happened };
  }

  /** What a run without accidents passes: every commit and every call to the outside, from before and from after. */
  async passages(scenario: string): Promise<readonly Passage[]> {
    const { legs, violations } = await this.run({ scenario, accidents: [] });
    if (violations.length > 0) throw new Error(violations.join('\n'));
    return legs[0]!;
  }

  /** Ends all processes and connections. */
  async close(): Promise<void> {
    try {
      await this.crew.dismiss();
    } finally {
      await this.server.close();
    }
  }

  private scenario(name: string): CrashScenario {
    const found = this.options.scenarios.find((scenario) => scenario.name === name);
    if (!found) throw new Error(`There is no scenario "${name}".`);
    return found;
  }

  /** As clients do, who repeat a request that failed: its process died over it, or its connection was cut. */
  private async insist<T>(work: (app: INestApplicationContext) => Promise<T>): Promise<T> {
    const begun = Date.now();
    for (let tries = 1; ; tries++) {
      try {
        return await this.crew.asSomebody(work);
      } catch (error) {
        if (tries >= mostRepeats || this.isImpatient(begun) || this.crew.isDismissed) throw error;
        await delay(repeatMs);
      }
    }
  }

  private async untilSettled(scenario: CrashScenario, keys: readonly string[]): Promise<void> {
    const begun = Date.now();
    for (let pollMs = firstPollMs; ; pollMs = Math.min(pollMs * 1.5, longestPollMs)) {
      await this.crew.somebody();
      const standings = await this.standings(scenario, keys);
      if (standings.settled) return;
      if (this.isImpatient(begun))
        throw new Error(`After ${this.patienceMs} ms not all sagas have ended: ${standings.described}.`);
      await delay(pollMs);
    }
  }

  /** A process gets all the time there is from its own start: what went by before was not its fault. */
  private isImpatient(begun: number): boolean {
    return Date.now() > Math.max(begun, this.crew.lastStartAt) + this.patienceMs;
  }

  private async check(scenario: CrashScenario, run: string, keys: readonly string[]): Promise<string[]> {
    const standings = await this.standings(scenario, keys);
    // A cut connection may be noticed only now, by whoever looks.
    return this.insist(async (app) => [
      ...standings.findings,
      ...(await journalFindings(app, standings.all)),
      ...((await scenario.check?.(app, run, keys)) ?? []),
    ]);
  }

  private async standings(scenario: CrashScenario, keys: readonly string[]): Promise<Standings> {
    return new Standings(scenario, keys, await this.server.sagas(keys));
  }
}

async function journalFindings(
  app: INestApplicationContext,
  sagas: readonly { id: string }[],
): Promise<string[]> {
  const [unitOfWork, definitions] = [app.get(UnitOfWork), app.get(DefinitionRegistry)];
  const findings = await new JournalCheck(unitOfWork, definitions).check(sagas.map(({ id }) => id));
  return findings.map(
    ({ correlationId, faults }) =>
      `The saga of ${correlationId} is not its journal's fold: ${faults.join('; ')}.`,
  );
}
