import { readdir, readFile } from 'node:fs/promises';
import type { Client } from 'pg';

/** Clock ticks of /proc in a second: 100 on every Linux that Node runs on. */
const ticksPerSecond = 100;

/** Times of a process in seconds. */
interface Times {
  readonly parent: number;
  /** Its own CPU time. */
  readonly own: number;
  /** That of its children that have ended. */
  readonly ended: number;
}

/** What has been used up to an instant. */
export interface Usage {
  readonly at: number;
  /** CPU seconds of each process that was asked for. */
  readonly processes: readonly number[];
  /** CPU seconds of the database server, all its processes together. */
  readonly server: number;
  /** Transactions of the database. */
  readonly transactions: number;
}

/** @throws Error where there is no /proc */
export async function usageOf(pids: readonly number[], server: number, database: Client): Promise<Usage> {
  const { rows } = await database.query<{ n: string }>(
    `SELECT xact_commit + xact_rollback AS n FROM pg_stat_database WHERE datname = current_database()`,
  );
  const times = await allTimes();
  const ofServer = [...times].filter(([pid, { parent }]) => pid === server || parent === server);
  const ended = times.get(server)?.ended ?? 0;
  return {
    at: performance.now(),
    processes: pids.map((pid) => times.get(pid)?.own ?? 0),
    server: ofServer.reduce((sum, [, { own }]) => sum + own, ended),
    transactions: Number(rows[0]!.n),
  };
}

/** Shares of one processor, in percent, and transactions a second, from one instant to the other. */
export function rates(from: Usage, to: Usage) {
  const seconds = (to.at - from.at) / 1_000;
  const percent = (used: number) => (100 * used) / seconds;
  return {
    processes: to.processes.map((used, index) => percent(used - from.processes[index]!)),
    server: percent(to.server - from.server),
    transactions: (to.transactions - from.transactions) / seconds,
  };
}

async function allTimes(): Promise<Map<number, Times>> {
  const times = new Map<number, Times>();
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => null);
    // A process that ended meanwhile is its parent's affair.
    if (stat === null) continue;
    // The name stands in brackets and may have anything in it.
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [, parent = 0] = fields;
    const seconds = (first: number) => ((fields[first] ?? 0) + (fields[first + 1] ?? 0)) / ticksPerSecond;
    times.set(Number(name), { parent, own: seconds(11), ended: seconds(13) });
  }
  return times;
}
