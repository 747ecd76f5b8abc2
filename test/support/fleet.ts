import { setTimeout as delay } from 'node:timers/promises';
import { startApp, type AppProcess } from './app-process.js';
import type { Random } from './random.js';

/** Workers start while the others keep the machine as busy as it can be. */
const startTimeoutMs = 60_000;

/** One API process and some workers on one database; workers may be killed, and are replaced. */
export class Fleet {
  /** Workers that were killed so far. */
  kills = 0;
  private readonly workers = new Set<AppProcess>();
  private readonly replacing: Promise<void>[] = [];
  private readonly failures: unknown[] = [];
  private killing: Promise<void> = Promise.resolve();
  private readonly over = new AbortController();

  private constructor(
    readonly api: AppProcess,
    private readonly settings: Record<string, string>,
  ) {}

  static async start(settings: Record<string, string>, workers: number): Promise<Fleet> {
    const fleet = new Fleet(await startApp({ ...settings, ROLE: 'api' }), settings);
    // One after the other: together they would only keep each other waiting.
    for (let count = 0; count < workers; count++) await fleet.addWorker();
    return fleet;
  }

  /**
   * From now on kills a worker every so often, until `spare`; another is started in its place. How long that takes does
   * not put off the next kill, unless it would leave no worker at all: that would only test how fast a process starts.
   *
   * @param most kills in all; a storm that goes on for longer than the work takes shows how fast the machine is
   */
  killEvery(milliseconds: number, random: Random, most = Infinity): void {
    this.killing = this.killOn(milliseconds, random, most);
  }

  /** Kills no more, and waits until all workers are there. @throws what went wrong while it killed */
  async spare(): Promise<void> {
    this.over.abort();
    await this.killing;
    await Promise.all(this.replacing);
    if (this.failures.length > 0) throw this.failures[0];
  }

  /** Stops all processes; each must end in order. */
  async stop(): Promise<void> {
    const exits = await Promise.all([this.api, ...this.workers].map((process) => process.stop()));
    expect(exits.filter(({ code }) => code !== 0)).toEqual([]);
  }

  /** Ends all processes at once, if they still run: for a test that failed. */
  async destroy(): Promise<void> {
    await this.spare().catch(() => undefined);
    const all = [this.api, ...this.workers];
    all.forEach((process) => process.kill('SIGKILL'));
    await Promise.all(all.map(({ exited }) => exited));
  }

  private async addWorker(): Promise<void> {
    this.workers.add(await startApp({ ...this.settings, ROLE: 'worker' }, { startTimeoutMs }));
  }

  private async killOn(milliseconds: number, random: Random, most: number): Promise<void> {
    while (this.kills < most) {
      await delay(milliseconds, undefined, { signal: this.over.signal }).catch(() => undefined);
      if (this.over.signal.aborted) return;
      if (this.workers.size < 2) continue;
      const dying = random.pick([...this.workers]);
      this.workers.delete(dying);
      dying.kill('SIGKILL');
      expect(await dying.exited).toEqual({ code: null, signal: 'SIGKILL' });
      this.kills++;
      this.replacing.push(this.addWorker().catch((error: unknown) => void this.failures.push(error)));
    }
  }
}
