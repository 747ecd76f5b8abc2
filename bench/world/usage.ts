import { usageOf, type Usage } from '../lib/usage.js';
import { withClient, type Server } from './server.js';

/** What a run has used up to an instant. */
export interface Spent extends Usage {
  /** Bytes of WAL. */
  readonly wal: number;
  /** Transactions that wrote something: each takes a number. */
  readonly written: number;
}

export async function spent(server: Server, url: string, pids: readonly number[]): Promise<Spent> {
  return withClient(url, async (client) => {
    const { rows } = await client.query<{ wal: string; written: string }>(
      `SELECT pg_current_wal_insert_lsn() - '0/0' AS wal, pg_snapshot_xmax(pg_current_snapshot()) AS written`,
    );
    const usage = await usageOf(pids, server.postmaster, client);
    return { ...usage, wal: Number(rows[0]!.wal), written: Number(rows[0]!.written) };
  });
}

/** What one saga has cost between two instants. */
export interface Cost {
  /** Transactions that wrote. */
  readonly commits: number;
  readonly walBytes: number;
  /** CPU milliseconds of the Node processes. */
  readonly nodeMs: number;
  /** CPU milliseconds of PostgreSQL, its background processes included. */
  readonly serverMs: number;
}

export function costOf(from: Spent, to: Spent, sagas: number): Cost {
  const processes = to.processes.reduce((sum, used, i) => sum + used - from.processes[i]!, 0);
  return {
    commits: (to.written - from.written) / sagas,
    walBytes: (to.wal - from.wal) / sagas,
    nodeMs: (processes * 1_000) / sagas,
    serverMs: ((to.server - from.server) * 1_000) / sagas,
  };
}
