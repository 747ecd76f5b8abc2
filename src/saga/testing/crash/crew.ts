import type { INestApplicationContext } from '@nestjs/common';
import type { Course } from './course.js';
import { Life } from './life.js';
import { lost } from './lost.js';
import type { Accident } from './schedule.js';
import type { Server } from './server.js';
import { Stall } from './stall.js';
import { watchDwellers } from './surroundings.js';

/** Processes that may be started for one that is lost, before something else must be wrong. */
const mostStarts = 10;

/**
 * The pretended processes of one database. There is always one that lives and is not stopped: when the last such one
 * is lost, the lease of the lost one runs out and another process starts.
 */
export class Crew {
  private readonly living = new Set<Life>();
  private readonly stalls = new Map<Life, Stall>();
  /** What makes a client give up that waits for an answer of a process. */
  private readonly silences = new Map<Life, (error: Error) => void>();
  private readonly stopWatching = watchDwellers();
  private course: Course | null = null;
  private replacing: Promise<void> | null = null;
  private dismissed = false;
  private lastStart = 0;

  constructor(
    private readonly boot: () => Promise<INestApplicationContext>,
    private readonly server: Server,
  ) {}

  /** Lets accidents happen; null: no more. */
  follow(course: Course | null): void {
    this.course = course;
  }

  /** One that works; started when there is none. */
  async somebody(): Promise<Life> {
    for (let starts = 1; ; starts++) {
      if (this.dismissed) throw new Error('The kit was closed.');
      if (this.replacing) await this.replacing.catch(() => undefined);
      const working = this.working();
      if (working) return working;
      this.replacing = this.replace().finally(() => (this.replacing = null));
      // One that dies while it starts is replaced like any other.
      await this.replacing.catch((error: unknown) => {
        if (starts === mostStarts) throw error;
      });
    }
  }

  /** @throws Error when it dies or is stopped over it, and so gives no answer; whatever `work` throws */
  async asSomebody<T>(work: (app: INestApplicationContext) => Promise<T>): Promise<T> {
    const life = await this.somebody();
    let giveUp!: (error: Error) => void;
    const silence = new Promise<never>((_, fail) => (giveUp = fail));
    this.silences.set(life, giveUp);
    return Promise.race([life.do(work), silence]);
  }

  /** Those that were stopped go on; all but the last one end. @throws whatever their shutdown throws */
  async relieve(): Promise<void> {
    this.releaseAll();
    const working = [...this.living].filter((life) => !life.dead);
    await Promise.all(working.slice(0, -1).map((life) => this.leave(life)));
  }

  /** All end at once, as nobody knows how they stand. */
  abandon(): void {
    this.releaseAll();
    this.living.forEach((life) => life.die());
  }

  /** When the last process was up, milliseconds since 1970; 0: none was yet. */
  get lastStartAt(): number {
    return this.lastStart;
  }

  /** Whether it has been dismissed, and no process starts any more. */
  get isDismissed(): boolean {
    return this.dismissed;
  }

  /** All end in order, for good. @throws whatever their shutdown throws */
  async dismiss(): Promise<void> {
    this.dismissed = true;
    try {
      await this.replacing?.catch(() => undefined);
      this.releaseAll();
      await Promise.all([...this.living].map((life) => this.leave(life)));
    } finally {
      this.stopWatching();
    }
  }

  private releaseAll(): void {
    this.stalls.forEach((stall) => stall.release());
    this.stalls.clear();
  }

  private working(): Life | undefined {
    return [...this.living].findLast((life) => !life.dead && !this.stalls.has(life));
  }

  private async replace(): Promise<void> {
    // Until the server has noticed, the transactions of the dead one hold their locks.
    const dead = [...this.living].filter((life) => life.dead);
    await this.server.endSessions(dead.flatMap(({ ports }) => ports));
    dead.forEach((life) => this.forget(life));
    await this.server.expireLeases();
    const life = new Life((passing, point) => this.pass(passing, point));
    this.living.add(life);
    try {
      await life.start(this.boot);
    } catch (error) {
      life.die();
      throw error;
    }
    this.lastStart = Date.now();
    this.stalls.forEach((stall) => stall.replaced());
  }

  private async leave(life: Life): Promise<void> {
    this.forget(life);
    await life.close();
  }

  private forget(life: Life): void {
    this.living.delete(life);
    this.silences.delete(life);
  }

  private async pass(life: Life, point: string): Promise<void> {
    await this.stalls.get(life)?.over;
    const accident = this.course?.pass(point);
    if (accident) await this.befall(life, accident);
    if (point === 'wave.after-commit')
      this.stalls.forEach((stall, other) => other !== life && stall.release());
  }

  private async befall(life: Life, { kind, point }: Accident): Promise<void> {
    switch (kind) {
      case 'die':
        return life.die();
      case 'cut':
        return this.server.endSessions(life.ports);
      case 'restart':
        return this.server.restart();
      case 'repeat':
        return this.server.repeatDeliveries();
      case 'lose':
        throw lost(point);
      case 'stall': {
        const stall = new Stall();
        this.stalls.set(life, stall);
        this.silences.get(life)?.(new Error('The process does not answer.'));
        // Where another one is at work already, none is started for it, and what it has locked would hold that one up.
        if (this.working()) stall.replaced();
        await stall.over;
        this.stalls.delete(life);
      }
    }
  }
}
