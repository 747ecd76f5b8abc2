import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { startEmbeddedPostgres } from '../../src/platform/database/embedded/embedded-postgres.js';

/** A PostgreSQL of the benchmark's own, in a folder that goes away with it. */
export interface Server {
  /** Connection string of one of its databases. */
  url(database: string): string;
  /** The process whose children the backends are. */
  readonly postmaster: number;
  stop(): Promise<void>;
}

/**
 * Starts it with PostgreSQL's own settings, durability and memory included. One thing is added: statements can be
 * counted, in databases that ask for it (`countStatements`), and cost nothing elsewhere.
 */
export async function startServer(): Promise<Server> {
  const dataDir = await mkdtemp(join(tmpdir(), 'bench-'));
  // The server runs as a user of its own where we are root.
  await chmod(dataDir, 0o755);
  let running = await startEmbeddedPostgres({ dataDir }).catch(async (error: unknown) => {
    await rm(dataDir, { recursive: true, force: true });
    throw error;
  });
  const stop = async () => {
    await running.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    await withClient(running.url, async (client) => {
      await client.query(`ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'`);
      await client.query('ALTER SYSTEM SET compute_query_id = off');
    });
    await running.stop();
    running = await startEmbeddedPostgres({ dataDir });
    await withClient(running.url, (client) =>
      client.query(`ALTER SYSTEM SET pg_stat_statements.track = 'none'`),
    );
    await withClient(running.url, (client) => client.query('SELECT pg_reload_conf()'));
    const postmaster = await withClient(running.url, postmasterOf);
    const url = (database: string) => Object.assign(new URL(running.url), { pathname: `/${database}` }).href;
    return { url, postmaster, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Runs `work` on a connection of its own. */
export async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url, application_name: 'bench' });
  // Lost with the server when that is stopped under it: the next query tells.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function postmasterOf(client: Client): Promise<number> {
  const { rows } = await client.query<{ directory: string }>(
    `SELECT current_setting('data_directory') AS directory`,
  );
  const [pid] = (await readFile(join(rows[0]!.directory, 'postmaster.pid'), 'utf8')).split('\n');
  return Number(pid);
}
